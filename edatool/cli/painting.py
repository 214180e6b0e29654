"""Colours; click takes them out where output is not to be coloured."""

import click


def paint(line: str, colour: str) -> str:
    """Colour a line for the terminal."""
    return click.style(line, fg=colour)
