"""``edatool status`` on a terminal, and elsewhere."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from edatool.cli.commands.status import _spec_options
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.processes import Process
from tests.proxy import Proxy

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command on a terminal of its own; ``until`` reads what is drawn."""

    def __init__(self, columns: int, rows: int, *arguments: str, shell: bool = False) -> None:
        self._ours, theirs = pty.openpty()
        self.resize(columns, rows)
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        # Whoever runs the tests in the background of a script has SIGINT ignored.
        command = ["env", "--default-signal=INT", sys.executable, "-m", "edatool", *arguments]
        if shell:
            command = ["bash", "--norc", "--noprofile", "-i"]
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=shell,
            # Nothing but a call of the system, which no thread has a part in.
            preexec_fn=partial(fcntl.ioctl, theirs, termios.TIOCSCTTY, 0) if shell else None,  # noqa: PLW1509
        )
        os.close(theirs)
        self.seen = ""

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, text: str) -> str:
        """Return the first picture from here on with a text in it; the test's timeout is for one that never comes."""
        self.seen = ""
        while True:
            self.seen += os.read(self._ours, 65536).decode(errors="replace")
            for picture in self.seen.split("\x1b[H")[1:]:
                if re.search(text, picture) and picture.endswith("\x1b[J\r\r\n"):
                    return _CODES.sub("", picture).replace("\r", "")

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def until_printed(self, text: str) -> str:
        """Return what is written until a text has come."""
        found = ""
        while text not in found:
            found += os.read(self._ours, 65536).decode(errors="replace")
        return found

    def rest(self) -> str:
        """Return what is written until the command ends."""
        found = ""
        while True:
            try:
                found += os.read(self._ours, 65536).decode(errors="replace")
            except OSError:  # EIO: nobody has the other end any more
                return found

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def applied(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> Vhost:
    """A vhost with what the small spec declares."""
    assert edatool("apply", "--yes").code == 0
    return on_broker


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Those that are closed at the end."""
    found: list[Terminal] = []
    yield found
    for one in found:
        one.close()


def delete_queue(vhost: Vhost, name: str) -> None:
    vhost.api.delete(f"/api/queues/{vhost.quoted}/{quote(name)}").raise_for_status()


def test_it_exits_with_1_only_where_there_is_an_alert(applied: Vhost, edatool: EdatoolRun) -> None:
    result = edatool("status")
    assert (result.code, result.out.splitlines()[0].endswith("all is well")) == (0, True)
    delete_queue(applied, "full")
    result = edatool("status", "--once")
    assert result.code == 1
    assert re.search(r"^! full: missing: declared, and not on the broker +edatool plan$", result.out, re.MULTILINE)
    assert "! full" in result.out.partition("queue ")[2], "the queue is marked in the table, too"


def test_json_has_every_queue_with_its_troubles(applied: Vhost, edatool: EdatoolRun, tmp_path: Path) -> None:
    delete_queue(applied, "full")
    Path("other.yaml").write_text(Path("routes.yaml").read_text())
    result = edatool("status", "-f", "other.yaml", "--format", "json")
    found = json.loads(result.out)
    assert (result.code, found["alerting"]) == (1, True)
    missing, orders = found["queues"]
    assert (missing["queue"], missing["missing"], orders["missing"]) == ("full", True, False)
    assert missing["troubles"][0] == {
        "trouble": "missing",
        "severity": "alert",
        "what": "missing: declared, and not on the broker",
        "next": "edatool plan -f other.yaml",
    }


def test_without_a_broker_it_exits_with_4(shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch) -> None:
    result = edatool("status", "--broker", "amqp://localhost:1", "--management", "http://localhost:1")
    assert (result.code, result.out) == (4, "")
    assert "cannot be reached" in result.err
    result = edatool("status", "--management", "none")
    assert (result.code, "by the management API only" in result.err) == (4, True)


def test_commands_to_type_next_name_the_spec_where_it_is_not_the_usual_one() -> None:
    assert _spec_options(("routes.yaml",)) == ""
    assert _spec_options(("a.yaml", "our b.yaml")) == " -f a.yaml -f 'our b.yaml'"


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 120])
def test_a_terminal_is_redrawn_keeps_the_last_picture_without_a_broker_and_is_given_back(
    applied: Vhost, terminals: list[Terminal], columns: int
) -> None:
    there = urlsplit(applied.management)
    assert there.hostname
    assert there.port
    with Proxy((there.hostname, there.port)) as proxy:
        management = f"http://127.0.0.1:{proxy.port}"
        terminal = Terminal(columns, 24, "status", "--every", "1", "--management", management)
        terminals.append(terminal)
        first = terminal.until("orders")
        assert terminal.seen.startswith("\x1b[?1049h\x1b[?25l"), "the alternate screen, without a cursor"
        assert max(map(len, first.splitlines())) < columns
        proxy.refuse()
        lost = terminal.until("cannot be asked since")
        assert re.search("orders +[0-9?]", lost), "the last picture is still there"
        proxy.accept()
        while "cannot be asked" in terminal.until("orders"):
            pass
        delete_queue(applied, "full")
        assert "edatool plan" in terminal.until("! full: missing")
        assert "\x1b[2J" not in terminal.seen, "drawn over, and never empty"
        proxy.stall()  # however long an answer takes, the screen answers
        terminal.resize(60, 24)
        terminal.process.send_signal(signal.SIGWINCH)
        while max(map(len, (small := terminal.until("! full")).splitlines())) >= 60:
            pass
        assert "edatool plan" in small
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.rest().endswith("\x1b[?25h\x1b[?1049l\r\nedatool: interrupted\r\n")
        assert terminal.process.wait() == 130


@pytest.mark.slow
def test_ctrl_z_gives_the_terminal_back_until_it_goes_on(applied: Vhost, terminals: list[Terminal]) -> None:
    terminal = Terminal(100, 24, shell=True)
    terminals.append(terminal)
    terminal.type(f"{sys.executable} -m edatool status\n")
    terminal.until("orders")
    terminal.type("\x1a")
    assert "\x1b[?25h\x1b[?1049l" in terminal.until_printed("Stopped")
    terminal.type("fg\n")
    assert "\x1b[?1049h\x1b[?25l" in terminal.until_printed("orders")
    terminal.type("\x03")
    assert "\x1b[?25h\x1b[?1049l" in terminal.until_printed("edatool: interrupted")


def test_an_end_by_sigterm_gives_the_terminal_back(applied: Vhost, terminals: list[Terminal]) -> None:
    terminal = Terminal(80, 24, "status")
    terminals.append(terminal)
    terminal.until("orders")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.rest().endswith("\x1b[?25h\x1b[?1049l")
    assert terminal.process.wait() == 128 + signal.SIGTERM


def test_metrics_are_served_until_sigterm(applied: Vhost) -> None:
    import httpx

    delete_queue(applied, "full")
    command = ["env", "--default-signal=INT", sys.executable, "-m", "edatool", "status", "--prometheus", "0"]
    with Process(command, stderr=subprocess.PIPE, text=True) as exporter:
        assert exporter.stderr
        port = re.findall(r"port (\d+)", exporter.stderr.readline())[0]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert client.get("/readyz").status_code == 200
            text = client.get("/metrics").text
        exporter.send_signal(signal.SIGTERM)
    assert exporter.returncode == 0
    where = f'spec="shop",vhost="{applied.name}"'
    assert f'edatool_queue_missing{{queue="full",{where}}} 1.0' in text
