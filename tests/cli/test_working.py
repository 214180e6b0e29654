"""What is said while something takes long, on a terminal."""

import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pytest

from edatool.change.progress import Progress, progressing
from edatool.cli.everywhere import asked
from edatool.cli.terminal import working as module
from edatool.cli.terminal.working import progress_line, working


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Make stderr a terminal, and yield what it can be read from; all takes long."""
    monkeypatch.setattr(module, "_AFTER", 0.0)
    monkeypatch.setattr(module, "_EVERY", 0.001)
    monkeypatch.setenv("COLUMNS", "60")
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stderr, click.Context(click.Command("edatool")):
        monkeypatch.setattr("sys.stderr", stderr)
        yield master
    os.close(master)


def read_until(master: int, text: str) -> str:
    found = ""
    while text not in found:
        found += os.read(master, 4096).decode()
    return found


def test_a_terminal_shows_how_far_it_came_and_forgets_it_when_something_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with terminal(monkeypatch) as master, working() as work:
        work.at(Progress("Simulating", "messages", 50, 100))
        assert "\r\x1b[KSimulating: 50 of 100 messages, about " in read_until(master, "left")
        work.tell("news")
        assert "\r\x1b[Knews\r\n" in read_until(master, "news\r\n")
        work.at(Progress("Reading " + "x" * 100))
        line = read_until(master, "\r\x1b[KReading").rpartition("\r\x1b[K")[2]
        assert len(line) < 60
        work.rest()
        work.tell("the end")
        assert read_until(master, "the end\r\n").endswith("\r\x1b[Kthe end\r\n")


def test_nothing_is_shown_before_it_takes_long_nor_with_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as master:
        monkeypatch.setattr(module, "_AFTER", 60.0)
        with working() as work:
            work.at(Progress("Simulating", "messages", 50, 100))
            work.tell("short")
        asked().quiet = True
        monkeypatch.setattr(module, "_AFTER", 0.0)
        with working() as work:
            work.at(Progress("Simulating", "messages", 50, 100))
            work.tell("unheard")
        click.echo("the end", err=True)
        assert read_until(master, "the end\r\n") == "short\r\nthe end\r\n"


@pytest.mark.parametrize(
    ("progress", "seconds", "line"),
    [
        (Progress("Reading what is on the broker"), 3.4, "Reading what is on the broker: 3 seconds"),
        (Progress("Applying", "steps", 0, 4), 2, "Applying: 0 of 4 steps"),
        (Progress("Applying", "steps", 1, 4), 2, "Applying: 1 of 4 steps, about 6 seconds left"),
        (Progress("Applying", "steps", 1, 400), 2, "Applying: 1 of 400 steps, about 14 minutes left"),
    ],
)
def test_what_is_left_is_estimated_by_the_pace_until_now(progress: Progress, seconds: float, line: str) -> None:
    assert progress_line(progress, seconds) == line


def test_items_are_told_as_they_are_taken() -> None:
    told: list[Progress] = []
    assert list(progressing("ab", "Reading", "letters", told.append)) == ["a", "b"]
    assert told == [Progress("Reading", "letters", 0, 2), Progress("Reading", "letters", 1, 2)]
