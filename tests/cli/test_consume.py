<<<<<<< HEAD
=======
"""edatool consume without an action, and edatool peek: messages are seen, and left alone."""

>>>>>>> 5ad2583 (See messages as they come, or at the head of a queue, and leave them: edatool consume and peek)
import json
import os
import signal
import subprocess
import sys
<<<<<<< HEAD
=======
from collections.abc import Iterator
from contextlib import contextmanager
>>>>>>> 5ad2583 (See messages as they come, or at the head of a queue, and leave them: edatool consume and peek)
from pathlib import Path

import pytest

<<<<<<< HEAD
import edatool as library
from edatool.broker.address import parse
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

SPEC = """\
edatool: 1
name: shop
defaults: {queue: {type: quorum}}
events: {placed: {exchange: events, key: "order.{id}"}}
exchanges: {events: {type: topic}}
queues:
  orders: {retry: [200ms], dead_letter: {exchange: "", key: dead}}
  dead: {}
bindings:
  - {queue: orders, events: [placed]}
triggers:
  large: {events: [placed], filter: {data.total: [{numeric: [">=", 500]}]}, run: [tee, -a, large]}
  kept: {queue: orders, call: "keeping:keep"}
"""
KEEPING = """\
from pathlib import Path

def keep(event):
    with Path("kept").open("a") as file:
        print(event.payload["id"], file=file)
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vhost: Vhost, edatool: EdatoolRun) -> Vhost:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    Path("routes.yaml").write_text(SPEC)
    Path("keeping.py").write_text(KEEPING)
    assert edatool("apply", "--yes").code == 0
    return vhost


def publish(shop: Vhost, *payloads: dict[str, object]) -> None:
    with library.Publisher("routes.yaml", shop.url) as publisher:
        assert all(receipt.ok for receipt in publisher.publish_many([("placed", one) for one in payloads]))


def program(code: str) -> str:
    return f"{sys.executable} -c '{code}'"


def test_each_event_of_a_queue_runs_a_program_with_its_payload(shop: Vhost, edatool: EdatoolRun) -> None:
    publish(shop, {"id": "A-1"}, {"id": "A-2"})
    keeps = program('import os, sys; open(os.environ["CE_ROUTINGKEY"], "w").write(sys.stdin.read())')
    result = edatool("consume", "orders", "--run", keeps, "--limit", "2")
    assert (result.code, result.out) == (0, "2 done\n")
    assert json.loads(Path("order.A-1").read_text()) == {"id": "A-1"}
    assert json.loads(Path("order.A-2").read_text()) == {"id": "A-2"}


def test_a_program_that_fails_is_run_again_after_the_wait_and_one_that_refuses_is_not(
    shop: Vhost, edatool: EdatoolRun
) -> None:
    fails_once = program('import os; raise SystemExit(0 if os.environ["CE_ATTEMPT"] == "2" else 9)')
    publish(shop, {"id": "A-1"})
    result = edatool("consume", "orders", "--run", fails_once, "--limit", "2")
    assert result.out == "1 done, 1 retried\n"
    assert "ended with exit code 9" in result.err
    publish(shop, {"id": "A-2"})
    result = edatool("consume", "orders", "--run", program("raise SystemExit(65)"), "--limit", "1")
    assert result.out == "1 dead\n"
    assert "goes to the dead letters" in result.err


def test_the_declared_triggers_run_for_the_events_that_match(shop: Vhost, edatool: EdatoolRun) -> None:
    publish(shop, {"id": "A-1", "total": 1200}, {"id": "A-2", "total": 5})
    result = edatool("consume", "--triggers", "--limit", "3")
    assert result.out == "3 done\n"
    assert sorted(Path("kept").read_text().split()) == ["A-1", "A-2"]
    assert [json.loads(line)["id"] for line in Path("large").read_text().splitlines()] == ["A-1"]


def test_what_a_filter_does_not_match_is_acknowledged_without_an_action(shop: Vhost, edatool: EdatoolRun) -> None:
    publish(shop, {"id": "A-1", "total": 5}, {"id": "A-2", "total": 50})
    pattern = 'data.total: [{numeric: [">=", 10]}]'
    result = edatool("consume", "orders", "--call", "keeping:keep", "--filter", pattern, "--limit", "2")
    assert result.out == "1 done, 1 dropped\n"
    assert Path("kept").read_text().split() == ["A-2"]


def test_a_function_for_aws_lambda_gets_what_lambda_hands_over(shop: Vhost, edatool: EdatoolRun) -> None:
    Path("on_aws.py").write_text(
        "import json\n"
        "def handler(event, context):\n"
        "    ((queue, messages),) = event['rmqMessagesByQueue'].items()\n"
        "    with open('got', 'w') as file:\n"
        "        json.dump([queue, messages[0]['data'], context.get_remaining_time_in_millis() > 0], file)\n"
    )
    publish(shop, {"id": "A-1"})
    assert edatool("consume", "orders", "--lambda", "on_aws:handler", "--limit", "1").out == "1 done\n"
    assert json.loads(Path("got").read_text()) == [f"orders::{shop.name}", "eyJpZCI6IkEtMSJ9", True]


def test_sigterm_lets_what_runs_get_done(shop: Vhost) -> None:
    os.mkfifo("begun")
    os.mkfifo("go-on")
    waits = 'import os; open("begun", "w").close(); open("go-on").read(); open("done", "w").close()'
    publish(shop, {"id": "A-1"})
    command = [sys.executable, "-m", "edatool", "consume", "orders", "--run", program(waits)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        Path("begun").read_text()
        process.send_signal(signal.SIGTERM)
        Path("go-on").write_text("")
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "1 done\n")
    assert Path("done").exists()


def test_a_spec_on_the_broker_brings_no_actions_with_it(shop: Vhost, edatool: EdatoolRun) -> None:
    routes = library.load("broker:shop", broker=parse(shop.url, shop.management))
    assert not routes.spec.triggers
    assert {"large", "large.dead"} <= routes.spec.queues.keys()
    assert edatool("consume", "-f", "broker:shop", "--triggers").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["orders"], "say what each event starts"),
        (["orders", "--run", "true", "--call", "a:b"], "one thing only"),
        (["--run", "true"], "name the queue"),
        (["orders", "--run", "'"], "no closing quotation"),
        (["orders", "--run", "no-such-program"], "there is no program 'no-such-program'"),
        (["orders", "--call", "no_such_module:keep"], "there is no module 'no_such_module'"),
        (["orders", "--call", "json:keep"], "module 'json' has no 'keep'"),
        (["orders", "--http", "http://localhost:1", "--warm"], "--warm is for programs"),
        (["order", "--run", "true"], "declares no queue 'order'"),
        (["--triggers", "--timeout", "3"], "takes queues, actions and timeouts from the spec"),
    ],
)
def test_a_command_that_cannot_work_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edatool: EdatoolRun, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("routes.yaml").write_text(SPEC)
    result = edatool("consume", *arguments)
    assert result.code == 2
    assert said in result.err
=======
from edatool.broker.declare.operations import Operation, run
from edatool.routing.topology import Queue
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.runtime.dead_letters.cemetery import Cemetery, cemetery
from tests.sessions import session_of

ORDER = b'{"region": "eu", "total": 7}'


@pytest.fixture
def there(shop: Path, vhost: Vhost, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cemetery]:
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
    with cemetery(vhost) as found:
        yield found


@contextmanager
def seeing(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run edatool consume until it sees what comes."""
    command = [sys.executable, "-m", "edatool", "consume", *arguments]
    with subprocess.Popen(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    ) as running:
        assert running.stderr
        try:
            for line in running.stderr:
                if line.startswith("seeing what comes"):
                    yield running
                    break
            else:
                pytest.fail("it ended")
        finally:
            running.kill()


def publish(there: Cemetery, total: int, key: str = "order.eu.placed") -> None:
    body = json.dumps({"region": "eu", "total": total}).encode()
    there.publish("events", key, body, message_id=f"m{total}", type="order.placed")


def test_what_comes_into_a_queue_is_seen_and_still_there(there: Cemetery) -> None:
    publish(there, 1)
    with seeing("orders", "--limit", "2", "--format", "json") as running:
        publish(there, 2)
        publish(there, -3)
        seen = [json.loads(line) for line in running.communicate(timeout=30)[0].splitlines()]
        assert running.returncode == 0
    assert [(one["id"], one["today"]["valid"]) for one in seen] == [("m2", True), ("m-3", False)]
    assert [method.redelivered for method, _, _ in there.take("orders")] == [False] * 3


def test_an_event_is_seen_with_a_filter_until_ctrl_c(there: Cemetery) -> None:
    with seeing("--event", "order.placed", "--filter", 'data.total: [{numeric: [">", 5]}]') as running:
        publish(there, 1)
        there.publish("events", "order.eu.placed", '{"total": 9, "t": "\u202e"}'.encode(), type="order.placed")
        publish(there, 8)
        assert running.stdout
        lines = []
        while not lines or "m8 (28 bytes)" not in lines[-1]:
            lines.append(running.stdout.readline())
        running.send_signal(signal.SIGINT)
        rest = running.communicate(timeout=30)[0]
        assert running.returncode == 130
    text = "".join(lines) + rest
    assert "m1 (" not in text
    assert "\\u202e" in text
    assert "\u202e" not in text
    assert there.count("orders") == 3


def test_a_stream_is_seen_from_an_offset_on(there: Cemetery, edatool: EdatoolRun, vhost: Vhost) -> None:
    run(session_of(vhost), [Operation("create", Queue("history", arguments={"x-queue-type": "stream"}))])
    for number in range(3):
        there.publish("", "history", ORDER, message_id=f"m{number}", type="order.placed")
    result = edatool("consume", "history", "--offset", "1", "--limit", "2", "--format", "json")
    assert [json.loads(line)["id"] for line in result.out.splitlines()] == ["m1", "m2"]


def test_a_queue_of_our_own_is_not_bound_where_that_would_change_anything(there: Cemetery, edatool: EdatoolRun) -> None:
    there.channel.queue_unbind("orders", "events", "order.#")
    nobody = edatool("consume", "--event", "order.placed")
    assert (nobody.code, "nothing on exchange events is bound to all of order.placed" in nobody.err) == (5, True)
    assert "nothing is bound to queue orders" in edatool("consume", "orders").err
    assert edatool("consume", "gone").code == edatool("consume").code == 2


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_peek_shows_the_first_messages_and_leaves_them(
    vhost: Vhost, there: Cemetery, edatool: EdatoolRun, kind: str
) -> None:
    run(session_of(vhost), [Operation("create", Queue("work", arguments={"x-queue-type": kind}))])
    for number in range(20):
        there.publish("", "work", ORDER, message_id=f"m{number}", type="order.placed")
    for _ in range(3):
        shown = json.loads(edatool("peek", "work", "--limit", "5", "--format", "json").out)["messages"]
        assert [one["id"] for one in shown] == [f"m{number}" for number in range(5)]
    taken = there.take("work")
    assert [properties.message_id for _, properties, _ in taken] == [f"m{number}" for number in range(20)]
    assert [method.redelivered for method, _, _ in taken] == [True] * 5 + [False] * 15
    assert edatool("peek", "work").out == "no message\n"
>>>>>>> 5ad2583 (See messages as they come, or at the head of a queue, and leave them: edatool consume and peek)
