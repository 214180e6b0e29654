"""edatool inbox: where consumers remember what they have handled."""

from typing import Literal

import click

import edatool
from edatool.cli.command import Group
from edatool.cli.options import dialect_option
from edatool.cli.writing import output_option, write


@click.group("inbox", cls=Group)
def inbox() -> None:
    """Make room for an inbox in a service's own database.

    Example: edatool inbox ddl | psql shop
    """


@inbox.command("ddl", short_help="Print the table for a database.")
@dialect_option
@output_option
def ddl(dialect: Literal["postgresql", "sqlite"]) -> int:
    """Print the statements that make the table of an inbox in a service's own database.

    Example: edatool inbox ddl | psql shop
    """
    write(";\n".join(edatool.inbox_ddl(dialect)) + ";")
    return 0
