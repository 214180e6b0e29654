"""Programs at work, for the demo: their lines are printed as they come."""

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from edatool.visible import visible

_PATIENCE = 60.0
"""Seconds until a program that says nothing is killed."""
Running = subprocess.Popen[str]


@contextmanager
def running(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Running]:
    """Run a command of ``python`` or ``edatool`` until the context ends, and print what it prints then."""
    click.echo(shlex.join(command))
    program, *arguments = command
    python = [sys.executable, *(["-m", "edatool"] if program == "edatool" else [])]
    with subprocess.Popen(
        [*python, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watch = threading.Timer(_PATIENCE, process.kill)
        watch.start()
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            _rest(process)
        finally:
            watch.cancel()
            process.kill()


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Run a command of ``python`` to its end."""
    with running(command, folder, environment) as process:
        _rest(process)


def until(process: Running, pattern: str) -> str:
    """Print what a program prints, until a line in which the pattern is; return what matched."""
    for line in _lines(process):
        found = re.search(pattern, line)
        if found:
            return found[0]
    raise RuntimeError(f"the program ended before it said {pattern!r}")


def _rest(process: Running) -> None:
    for _ in _lines(process):
        pass


def _lines(process: Running) -> Iterator[str]:
    assert process.stdout
    for line in process.stdout:
        click.echo(visible(f"  {line.rstrip()}"))
        yield line
