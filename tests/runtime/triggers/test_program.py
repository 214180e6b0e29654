import ast
import os
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from edatool.errors import WrongUsage
from edatool.runtime.consume.failures import Reject
from edatool.runtime.triggers.failed import ActionFailed
from edatool.runtime.triggers.program import Program
from tests.runtime.triggers.consumed import consumed

KEEPS = """
import os, pathlib, sys
own = {name: value for name, value in os.environ.items() if name.startswith(("CE_", "TRACE"))}
pathlib.Path(sys.argv[1]).write_text(repr((sys.stdin.read(), own)))
"""


def python(code: str, *arguments: str, timeout: float = 30) -> Program:
    return Program([sys.executable, "-c", code, *arguments], timeout)


def test_a_program_gets_the_payload_on_standard_input_and_the_attributes_in_its_environment(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    python(KEEPS, str(kept))(consumed(attempt=2, headers={"traceparent": trace}))
    payload, own = ast.literal_eval(kept.read_text())
    assert payload == '{"id": "A-1"}'
    assert (own["CE_ID"], own["CE_TYPE"], own["CE_SOURCE"]) == ("m-1", "order.placed", "/events")
    assert (own["CE_QUEUE"], own["CE_ROUTINGKEY"], own["CE_ATTEMPT"]) == ("orders", "order.placed", "2")
    assert own["TRACEPARENT"] == trace


def test_what_an_envelope_holds_is_the_payload_of_a_program(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    body = b'{"specversion": "1.0", "id": "c-1", "source": "/shop", "type": "order.placed", "data": {"id": "A-1"}}'
    python(KEEPS, str(kept))(consumed(body=body, content_type="application/cloudevents+json"))
    payload, own = ast.literal_eval(kept.read_text())
    assert payload == '{"id":"A-1"}'
    assert (own["CE_ID"], own["CE_SOURCE"]) == ("c-1", "/shop")


def test_a_program_is_run_without_a_shell(tmp_path: Path) -> None:
    Program(["touch", str(tmp_path / "$(id)"), str(tmp_path / "a;b")], 30)(consumed())
    assert {one.name for one in tmp_path.iterdir()} == {"$(id)", "a;b"}


def test_exit_code_65_refuses_an_event_for_good_and_any_other_fails() -> None:
    with pytest.raises(Reject, match="refused it"):
        python("raise SystemExit(65)")(consumed())
    with pytest.raises(ActionFailed, match="exit code 3"):
        python("raise SystemExit(3)")(consumed())
    with pytest.raises(ActionFailed, match=f"signal {signal.SIGKILL.value}"):
        python("import os; os.kill(os.getpid(), 9)")(consumed())


def test_a_program_may_leave_its_input_unread() -> None:
    python("pass")(consumed(body=b" " * 1_000_000))


def test_a_program_that_takes_too_long_is_killed_with_all_that_it_started() -> None:
    code = "import os, socket, sys, time; held = socket.create_connection(('127.0.0.1', int(sys.argv[1])))"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        with pytest.raises(ActionFailed, match="took over 3 s"):
            python(f"{code}; os.fork(); time.sleep(600)", port, timeout=3)(consumed())
        server.settimeout(30)
        connection, _ = server.accept()
        with connection:
            connection.settimeout(30)
            assert connection.recv(1) == b""  # nobody holds it open


def test_what_a_program_leaves_running_ends_with_it_and_holds_up_nobody() -> None:
    """Also where that has the unread payload open, and where it ignores what would end it."""
    code = (
        "import os, signal, socket, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "held = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); os.fork() or time.sleep(600)"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        python(code, str(server.getsockname()[1]), timeout=30)(consumed(body=b" " * 1_000_000))
        connection, _ = server.accept()
        with connection:
            connection.settimeout(30)
            assert connection.recv(1) == b""  # nobody holds it open


def test_closing_kills_what_runs(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "begun")
    program = python("import sys, time; open(sys.argv[1], 'w').write('x'); time.sleep(600)", str(tmp_path / "begun"))
    failures: list[BaseException] = []

    def run() -> None:
        try:
            program(consumed())
        except ActionFailed as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    (tmp_path / "begun").read_text()
    program.close()
    thread.join(30)
    assert "signal 9" in str(failures[0])


def test_what_is_only_just_started_when_it_closes_is_killed_too() -> None:
    program = python("import time; time.sleep(600)")
    program.close()
    with pytest.raises(ActionFailed, match="signal 9"):
        program(consumed())


def test_a_program_that_is_not_there_is_said_before_anything_is_consumed() -> None:
    with pytest.raises(WrongUsage, match="there is no program 'no-such-program'"):
        Program(["no-such-program"], 30)


def test_a_key_that_no_environment_can_hold_is_refused() -> None:
    with pytest.raises(Reject, match="routingkey has a NUL"):
        python("pass")(consumed(key="a\0b"))


def test_headers_that_are_too_large_for_a_program_fail_in_a_sentence() -> None:
    with pytest.raises(ActionFailed, match="could not be started"):
        python("pass")(consumed(headers={"traceparent": "x" * 200_000}))
