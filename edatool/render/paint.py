"""Colours for lines, which only a terminal shows."""

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Returns a line in a colour."""


def unpainted(line: str, _: str) -> str:
    """Return the line as it is."""
    return line
