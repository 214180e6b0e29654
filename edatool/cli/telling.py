"""News on stderr."""

import click

from edatool.visible import visible


def tell(note: str) -> None:
    """Print a sentence of news."""
    click.echo(visible(note), err=True)
