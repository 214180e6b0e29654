"""Colours, on a terminal only (click takes them out elsewhere, and NO_COLOR does)."""

import os

import click


def paint(line: str, colour: str) -> str:
    """Colour a line for the terminal."""
    return line if "NO_COLOR" in os.environ else click.style(line, fg=colour)
