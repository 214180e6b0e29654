"""The screen of a terminal, drawn over at once, so that nothing flickers."""

import shutil
from collections.abc import Sequence
from typing import TextIO

import click

from edatool.counted import counted


class Screen:
    """Shows lines on a terminal instead of those before, as many as it has room for."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._drawn = False

    def draw(self, lines: Sequence[str], below: str) -> None:
        """Show lines, and one more at the end of them."""
        width, height = shutil.get_terminal_size()
        shown = [*fitting(lines, width, height - 2), "", below[: width - 1]]
        clear = "" if self._drawn else "\x1b[2J"
        # Each line is cleared behind what is written, and the screen below.
        self._terminal.write(clear + "\x1b[H" + "\x1b[K\r\n".join(shown) + "\x1b[J\r\n")
        self._terminal.flush()
        self._drawn = True


def fitting(lines: Sequence[str], width: int, height: int) -> list[str]:
    """Return the lines that a screen has room for, and how many more there are."""
    room = height - 1
    for number, line in enumerate(lines):
        room -= max(1, -(-len(click.unstyle(line)) // width))
        if room < 0:
            return [*lines[:number], f"... and {counted(len(lines) - number, 'line')} more"]
    return list(lines)
