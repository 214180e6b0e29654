"""A bar that shows how far the reading of files came: on a terminal, and nowhere else."""

import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import click

from edatool.cli.everywhere import asked
from edatool.cli.writing import write

_DRAWN = 200
"""How often the bar is drawn; each time costs as much as several messages."""
_STEP = 256 * 1024
"""Bytes from one time to the next where nobody knows how many there are."""


class Bar:
    """Shows bytes read of all, and how many lines that are; ``echo`` prints results without a mess."""

    def __init__(self, bar: Any, *, on_terminal: bool) -> None:
        self._bar, self._on_terminal, self._end = bar, on_terminal, 0

    def at(self, end: int, lines: int) -> None:
        """Say how many bytes and lines are done in all."""
        self._bar.update(end - self._end, lines)
        self._end = end

    def echo(self, text: str, *, err: bool = False) -> None:
        """Print a result; ``err``: stdout is taken."""
        if self._on_terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
        write(text, err=err)


@contextmanager
def reading(files: Sequence[str], *, wanted: bool) -> Iterator[Bar]:
    """Show a bar on stderr, if it is wanted and that is a terminal."""
    total, on_terminal = _size(files), wanted and sys.stderr.isatty() and not asked().quiet
    with click.progressbar(
        count(),
        length=total,
        file=sys.stderr if on_terminal else io.StringIO(),
        item_show_func=lambda lines: "" if lines is None else f"{lines} lines",
        update_min_steps=max(total // _DRAWN, 1) if total else _STEP,
    ) as bar:
        yield Bar(bar, on_terminal=on_terminal)


def _size(files: Sequence[str]) -> int | None:
    """Return the bytes of all files, None where one is a pipe."""
    found = [os.fstat(0) if name == "-" else os.stat(name) for name in files]  # noqa: PTH116 - of a descriptor, too
    return sum(one.st_size for one in found) if all(stat.S_ISREG(one.st_mode) for one in found) else None
