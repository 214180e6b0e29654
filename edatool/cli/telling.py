"""News on stderr."""

import click

from edatool.cli.everywhere import asked
from edatool.visible import visible


def tell(note: str) -> None:
    """Print a sentence of news, unless with --quiet."""
    if not asked().quiet:
        click.echo(visible(note), err=True)
