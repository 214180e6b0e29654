"""``--watch``: a run for each change of what a spec may read. None of it waits for a time, but for what is printed."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from edatool.cli.terminal.screen import fitting
from tests.cli.conftest import EdatoolRun

Watch = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def watch(shop: Path) -> Iterator[Watch]:
    """Start a command that goes on, and end it afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        # Whoever runs the tests in the background of a script has SIGINT ignored.
        command = ["env", "--default-signal=INT", sys.executable, "-m", "edatool", *arguments]
        done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(done)
        return done

    yield start
    for one in started:
        one.kill()
        one.communicate()


def line(process: "subprocess.Popen[str]") -> str:
    """Return the next line without its time; the test's timeout is for one that never comes."""
    assert process.stdout
    return process.stdout.readline().partition(" ")[2].strip()


def test_a_line_comes_for_each_change_of_any_file_that_the_spec_reads(shop: Path, watch: Watch) -> None:
    spec, part = shop / "routes.yaml", shop / "parts" / "part.yaml"
    validating = watch("validate", "--watch")
    assert line(validating) == "routes.yaml: valid"
    spec.write_text(spec.read_text() + "include: [parts/part.yaml]\n")
    assert line(validating) == "routes.yaml: 1 error"
    part.parent.mkdir()
    part.write_text("queues: {late: {}}\nbindings: [{queue: late, exchange: events, key: order.eu.placed}]\n")
    assert line(validating) == "routes.yaml: valid"
    (shop / "new.json").write_text('{"type": "nonsense"}')
    os.replace(shop / "new.json", shop / "order.json")  # noqa: PTH105 - as editors save
    assert line(validating) == "routes.yaml: 1 error"
    spec.unlink()
    assert line(validating) == "routes.yaml: 1 error"


def test_a_site_that_is_served_is_made_anew(shop: Path, watch: Watch) -> None:
    serving = watch("docs", "--serve", "--port", "0")
    files, _, url = line(serving).rpartition(" ")
    assert files.endswith("files at")
    version = httpx.get(f"{url}live").text
    assert 'src="assets/live.js"' in httpx.get(url).text
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("queues:", "queues:\n  fresh: {}"))
    assert line(serving).endswith(f"files at {url}")
    assert httpx.get(f"{url}live").text != version
    assert httpx.get(f"{url}queues/fresh.html").status_code == 200


def test_an_interruption_ends_it_as_it_ends_other_commands(shop: Path, watch: Watch) -> None:
    testing = watch("test", "--watch")
    assert line(testing) == "0 tests: 0 passed, 0 failed"
    testing.send_signal(signal.SIGINT)
    assert testing.wait() == 130
    assert testing.stderr
    assert testing.stderr.read().strip() == "edatool: interrupted"


def test_a_terminal_shows_the_last_result_only(shop: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "edatool", "validate", "--watch"]
    validating = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)

    def screen(until: str) -> str:
        seen = ""
        while not re.search(rf"{until}.*Ctrl-C ends", seen, re.DOTALL):
            seen += os.read(ours, 4096).decode()
        return seen

    try:
        first = screen("routes.yaml: valid")
        (shop / "routes.yaml").write_text("edatool: 1\nname: x\nqueus: {}\n")
        second = screen("unknown key")
        assert first.startswith("\x1b[2J\x1b[H")
        assert second.startswith("\x1b[H")  # drawn over, and never empty
        assert "valid" not in second
    finally:
        validating.kill()
        validating.wait()
        os.close(ours)
        os.close(theirs)


def test_what_a_screen_has_no_room_for_is_counted() -> None:
    assert fitting(["a", "b" * 30, "c"], width=10, height=6) == ["a", "b" * 30, "c"]
    assert fitting(["a", "b" * 30, "c"], width=10, height=4) == ["a", "... and 2 lines more"]


@pytest.mark.parametrize("arguments", [("-f", "-"), ("-o", "out.txt"), ("--fix",)])
def test_what_cannot_be_done_again_is_refused(shop: Path, edatool: EdatoolRun, arguments: tuple[str, ...]) -> None:
    result = edatool("validate", "--watch", *arguments)
    assert (result.code, result.out) == (2, "")
    assert "--watch" in result.err
