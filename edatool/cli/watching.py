"""A command done again whenever a file that it may read has changed."""

import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import partial
from typing import NamedTuple, NoReturn

import click

from edatool.cli.everywhere import asked
from edatool.cli.failing import told
from edatool.cli.terminal.screen import Screen
from edatool.counted import counted
from edatool.errors import EdatoolError, WrongUsage
from edatool.visible import visible

_ENDINGS = (".yaml", ".yml", ".json")
_ELSEWHERE = ("-", "package:", "broker:")
_LEAST, _MOST, _SHARE = 0.2, 0.7, 8
"""Seconds from one look at the files to the next, and how many times as long as the look itself they are."""

watch_option = click.option(
    "--watch",
    is_flag=True,
    help="Do it again whenever a YAML or JSON file in the folder of the spec or below changes, until Ctrl-C.",
)


class CommandResult(NamedTuple):
    """The exit code of a command, and its result in a sentence."""

    code: int
    sentence: str


_Stamp = tuple[int, int, int]


def watch(run: Callable[[], CommandResult], files: Sequence[str]) -> NoReturn:
    """Run a command, and again within a second after what it may read is saved; until it is interrupted.

    On a terminal the screen shows the last result; else there is a line for each run.

    Raises:
        WrongUsage: what it reads or writes is no file that can be watched, or written again.
    """
    if asked().target or any(one.startswith(_ELSEWHERE) for one in files):
        raise WrongUsage("--watch prints what becomes of files: name files, and leave -o away")
    files = [os.path.abspath(one) for one in files]  # noqa: PTH100 - without symbolic links
    show = partial(_show_on, Screen(sys.stdout)) if sys.stdout.isatty() else _show_line
    seen: dict[str, _Stamp] | None = None
    while True:
        begun = time.perf_counter()
        found = _stamps(files)
        took = time.perf_counter() - begun
        if found != seen:
            seen = _settled(found, files)
            show(run, len(seen))
        time.sleep(min(_MOST, max(_LEAST, took * _SHARE)))


def _settled(found: dict[str, _Stamp], files: Sequence[str]) -> dict[str, _Stamp]:
    """Return what the files are like when a program that saves several, or one in steps, is done with it."""
    for _ in range(10):
        time.sleep(0.03)
        before, found = found, _stamps(files)
        if found == before:
            break
    return found


def _stamps(files: Sequence[str]) -> dict[str, _Stamp]:
    """Return what tells the state of each file: those named, and what specs may read, in their folders and below."""
    stamps: dict[str, _Stamp] = {}
    folders = [os.path.dirname(file) for file in files]  # noqa: PTH120 - as in _stamp
    done: set[str] = set()
    while folders:
        folder = folders.pop()
        if folder in done:
            continue
        done.add(folder)
        with suppress(OSError), os.scandir(folder) as entries:
            for one in entries:
                if one.is_dir(follow_symlinks=False):
                    folders += [] if one.name.startswith(".") or one.name == "node_modules" else [one.path]
                elif one.name.endswith(_ENDINGS):
                    stamps.update(_stamp(one.path))
    for file in files:
        stamps.update(_stamp(file))
    return stamps


def _stamp(file: str) -> Iterator[tuple[str, _Stamp]]:
    with suppress(OSError):
        status = os.stat(file)  # noqa: PTH116 - a Path for each of thousands takes longer
        yield file, (status.st_mtime_ns, status.st_size, status.st_ino)


def _done(run: Callable[[], CommandResult]) -> CommandResult:
    try:
        return run()
    except EdatoolError as error:
        return CommandResult(told(error, asked()), str(error))


def _show_line(run: Callable[[], CommandResult], _: int) -> None:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        sentence = _done(run).sentence
    click.echo(f"{_now()} {visible(sentence)}")


def _show_on(screen: Screen, run: Callable[[], CommandResult], number: int) -> None:
    """Run the command, and show what it printed."""
    with redirect_stdout(_Printed()) as printed, redirect_stderr(printed):
        _done(run)
    screen.draw(printed.getvalue().splitlines(), f"{_now()} watching {counted(number, 'file')}, Ctrl-C ends")


class _Printed(io.StringIO):
    def isatty(self) -> bool:
        """Let colours stay."""
        return True


def _now() -> str:
    return time.strftime("%H:%M:%S")
