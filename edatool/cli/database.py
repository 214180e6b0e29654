"""What names an outbox or an inbox on the command line: a file, or a URL that is better in the environment."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import click

from edatool.cli.empty import FromEnvironment
from edatool.cli.writing import write
from edatool.errors import WrongUsage


def database_options(noun: Literal["outbox", "inbox"], urls: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds what names one, for ``database_of``; ``urls`` are those that it may have."""
    variable = f"EDATOOL_{noun.upper()}_DSN"
    dsn = click.option(
        "--dsn",
        cls=FromEnvironment,
        metavar="URL",
        envvar=variable,
        help=f"Instead of FILE: {urls}; better in {variable}.",
    )
    return lambda command: click.argument("file", required=False, type=click.Path(path_type=Path))(dsn(command))


def database_of(noun: Literal["outbox", "inbox"], file: Path | None, dsn: str | None) -> Path | str:
    """Return what is named; a file that is named wins over a URL of the environment.

    Raises:
        WrongUsage: nothing is named, or it is no URL.
    """
    from edatool.runtime.database.dsn import require_dsn

    if file is None and dsn is None:
        variable = f"EDATOOL_{noun.upper()}_DSN"
        raise WrongUsage(f"name the file of an {noun}, or a database with --dsn or {variable}")
    return file or require_dsn(dsn or "")


def write_statements(statements: Iterable[str]) -> None:
    """Write the statements that make its tables, for a client of the database to run."""
    write(";\n".join(statements) + ";")
