"""A database of PostgreSQL, which psycopg connects to."""

import importlib
from typing import Any
from urllib.parse import unquote, urlsplit

from edatool.errors import WrongUsage
from edatool.runtime.database.database import Database, said, translated
from edatool.runtime.database.tables import POSTGRESQL, Tables

EXAMPLE = "write it like postgresql://user:password@host/name or sqlite:///file"
_OPTIONS: dict[str, Any] = {
    "application_name": "edatool",
    "connect_timeout": 10,
    # A server that vanishes without a word is noticed within half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    # Prepared statements and poolers such as PgBouncer do not go together everywhere.
    "prepare_threshold": None,
}


def database(dsn: str, tables: Tables, *, make: bool = False) -> Database:
    """Return the database; it is connected to when it is used, and its tables are made then where ``make`` says so.

    Raises:
        WrongUsage: the DSN cannot be read, or psycopg is not installed.
    """
    try:
        psycopg: Any = importlib.import_module("psycopg")
    except ImportError:
        raise WrongUsage("PostgreSQL takes psycopg: install edatool-rabbitmq[postgresql]") from None
    name = _without_password(dsn)

    def connect() -> tuple[Any, object]:
        try:
            connection = psycopg.connect(dsn, autocommit=True, **_OPTIONS)
        except psycopg.ProgrammingError:
            # Its words may repeat any part of the DSN.
            raise WrongUsage(f"PostgreSQL's library cannot read the DSN: {EXAMPLE}") from None
        except psycopg.Error as error:
            raise tables.error(f"{name} cannot be reached: {_hidden(said(error), dsn)}") from None
        if make:
            try:
                _make(connection, tables)
            except psycopg.Error as error:
                connection.close()
                raise translated(name, tables, error) from None
        return connection, None

    return Database(name, POSTGRESQL, tables, connect)


def _make(connection: Any, tables: Tables) -> None:
    """Make the tables, unless they are there: who may not make any may use those."""
    with connection.transaction():
        # Two that make the same table at once do not wait for each other by themselves.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (tables.name,))
        if connection.execute("SELECT to_regclass(%s)", (tables.name,)).fetchone() == (None,):
            for statement in tables.ddl(POSTGRESQL):
                connection.execute(statement)


def _hidden(words: str, dsn: str) -> str:
    """Take the password out of what PostgreSQL says, which may repeat parts of the DSN."""
    password = urlsplit(dsn).password or ""
    for one in {password, unquote(password)} - {""}:
        words = words.replace(one, "***")
    return words


def _without_password(dsn: str) -> str:
    """Return the DSN as it may be printed.

    Raises:
        WrongUsage: where the password ends is a matter of opinion.
    """
    try:
        split = urlsplit(dsn)
        _ = split.port
    except ValueError:
        raise WrongUsage(f"this DSN cannot be read: {EXAMPLE}") from None
    if dsn.count("@") > 1 or (split.password or "").count(":"):
        raise WrongUsage("the password in the DSN holds @, : or /: percent-encode it, as in %40 for @")
    user = f"{split.username}@" if split.username else ""
    port = f":{split.port}" if split.port else ""
    return f"postgresql://{user}{split.hostname or ''}{port}{split.path}"
