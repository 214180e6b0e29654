"""The database that a DSN names: ``postgresql://user:password@host/name`` or ``sqlite:///file``."""

import os
from pathlib import Path
from typing import TypeGuard
from urllib.parse import unquote

from edatool.errors import WrongUsage
from edatool.runtime.database import postgresql, sqlite
from edatool.runtime.database.database import Database
from edatool.runtime.database.tables import Tables


def of_dsn(dsn: str, tables: Tables, synchronous: sqlite.Synchronous = "NORMAL", *, make: bool = False) -> Database:
    """Return the database with tables of ours; it is connected to when it is used.

    ``sqlite:///file`` is in the current folder, ``sqlite:////file`` in the root. ``postgresql+psycopg://``, as
    SQLAlchemy has it, will do. ``synchronous`` is for SQLite. ``make``: the file, or the tables in a database of
    PostgreSQL, are made where they are not there.

    Raises:
        WrongUsage: it is no such URL, or psycopg is not installed.
    """
    scheme, separator, rest = dsn.partition("://")
    kind = scheme.partition("+")[0]
    if separator and kind == "sqlite" and rest.startswith("/"):
        file = Path(unquote(rest[1:].partition("?")[0]))
        return sqlite.made(file, tables, synchronous) if make else sqlite.existing(file, tables, synchronous)
    if separator and kind in ("postgresql", "postgres"):
        return postgresql.database(f"postgresql://{rest}", tables, make=make)
    raise WrongUsage(f"this DSN cannot be read: {postgresql.EXAMPLE}")


def is_dsn(name: str | os.PathLike[str]) -> TypeGuard[str]:
    """Tell a DSN from the name of a file."""
    return isinstance(name, str) and "://" in name


def require_dsn(text: str) -> str:
    """Return a DSN.

    Raises:
        WrongUsage: it is none; the text is not told, for a password may be in it.
    """
    if not is_dsn(text):
        raise WrongUsage(f"this DSN cannot be read: {postgresql.EXAMPLE}")
    return text
