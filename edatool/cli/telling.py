"""News on stderr."""

from collections.abc import Callable

import click

from edatool.cli.everywhere import asked
from edatool.visible import visible


def tell(note: str) -> None:
    """Print a sentence of news, unless with --quiet."""
    teller()(note)


def teller() -> Callable[[str], None]:
    """Return the same for any thread: click knows only in the main one what was asked for."""
    given = asked()

    def tell_unless_quiet(note: str) -> None:
        if not given.quiet:
            click.echo(visible(note), err=True)

    return tell_unless_quiet
