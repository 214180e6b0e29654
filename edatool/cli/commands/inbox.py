"""edatool inbox: where consumers remember what they have handled."""

from functools import partial
from pathlib import Path
from typing import Literal

import click

import edatool
from edatool.cli.ages import age
from edatool.cli.command import Group
from edatool.cli.database import database_of, database_options, write_statements
from edatool.cli.options import dialect_option, format_option
from edatool.cli.writing import output_option, write
from edatool.counted import counted
from edatool.render.inbox import FORMATS

_where = database_options("inbox", "postgresql://user:password@host/name, sqlite:///file, or redis://host:6379/0")
_named = partial(database_of, "inbox")


@click.group("inbox", cls=Group)
def inbox() -> None:
    """See what consumers remember, and make room for it in a service's own database.

    Example: edatool inbox status inbox.db
    """


@inbox.command("status", short_help="Show what is claimed, done and given up.")
@_where
@format_option(FORMATS)
@output_option
def status(file: Path | None, dsn: str | None, output: str) -> int:
    """Show how many events of which consumer are in which state in the inbox FILE, and how old they are.

    \b
    Example:
      edatool inbox status inbox.db
      EDATOOL_INBOX_DSN=postgresql://shop@db/shop edatool inbox status --format json
    """
    write(FORMATS.show(output, edatool.inbox_status(_named(file, dsn))))
    return 0


@inbox.command("purge", short_help="Forget what is old.")
@_where
@click.option("--older", metavar="AGE", required=True, help="What was claimed last longer ago than AGE, such as 30d.")
@click.option("--consumer", metavar="NAME", help="What this consumer remembers; by default, all of them.")
@output_option
def purge(file: Path | None, dsn: str | None, older: str, consumer: str | None) -> int:
    """Have the inbox FILE forget events that are neither claimed nor younger: what comes again is handled again.

    Consumers forget by themselves what is past their retention; this is for those that run no more.

    Example: edatool inbox purge inbox.db --older 30d --consumer order-service
    """
    seconds = age("--older", older).total_seconds()
    count = edatool.purge_inbox(_named(file, dsn), seconds, consumer)
    write(f"{counted(count, 'event')} forgotten")
    return 0


@inbox.command("ddl", short_help="Print the table for a database.")
@dialect_option
@output_option
def ddl(dialect: Literal["postgresql", "sqlite"]) -> int:
    """Print the statements that make the table of an inbox in a service's own database.

    Example: edatool inbox ddl | psql shop
    """
    write_statements(edatool.inbox_ddl(dialect))
    return 0
