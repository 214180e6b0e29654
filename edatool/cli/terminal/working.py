"""What takes over a second, on stderr while it lasts: on a terminal, and nowhere else."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from shutil import get_terminal_size
from threading import Event, RLock, Thread

import click

from edatool.change.progress import Progress
from edatool.cli.everywhere import asked
from edatool.cli.telling import tell
from edatool.counted import counted

_AFTER = 1.0
"""Seconds after which something takes long."""
_EVERY = 0.2
"""Seconds from one look to the next."""


@dataclass(slots=True)
class Working:
    """One line on the terminal, which is gone when something else is printed, and comes back when work goes on."""

    _lock: RLock = field(default_factory=RLock)
    _now: Progress | None = None
    _since: float = 0.0
    _drawn: bool = False

    def at(self, progress: Progress) -> None:
        """Say what is being done, and how far it came."""
        if self._now is None or self._now.what != progress.what:
            self._since = time.monotonic()
        self._now = progress

    def rest(self) -> None:
        """Show nothing until work goes on: somebody is asked, or reads."""
        with self._lock:
            self._now = None
            self._clear()

    def tell(self, note: str) -> None:
        """Print a sentence of news."""
        with self._lock:
            self._clear()
            tell(note)

    def draw(self, ended: Event) -> None:
        """Show how far it came, until all is done."""
        while not ended.wait(_EVERY):
            with self._lock:
                now, seconds = self._now, time.monotonic() - self._since
                if now and seconds >= _AFTER:
                    self._drawn = True
                    text = progress_line(now, seconds)[: get_terminal_size().columns - 1]
                    click.echo(f"\r\x1b[K{text}", err=True, nl=False)

    def _clear(self) -> None:
        if self._drawn:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._drawn = False


@contextmanager
def working() -> Iterator[Working]:
    """Show what takes long, unless with ``--quiet``."""
    work, ended = Working(), Event()
    drawing = Thread(target=work.draw, args=(ended,), daemon=True)
    if sys.stderr.isatty() and not asked().quiet:
        drawing.start()
    try:
        yield work
    finally:
        ended.set()
        if drawing.is_alive():
            drawing.join()
        work.rest()


def progress_line(now: Progress, seconds: float) -> str:
    """Say how far something came in so many seconds, and how long the rest will take at that pace."""
    if not now.total:
        return f"{now.what}: {counted(int(seconds), 'second')}"
    left = f", about {_time(seconds / now.done * (now.total - now.done))} left" if now.done else ""
    return f"{now.what}: {now.done} of {now.total} {now.things}{left}"


def _time(seconds: float) -> str:
    return counted(ceil(seconds / 60), "minute") if seconds > 90 else counted(ceil(seconds), "second")
