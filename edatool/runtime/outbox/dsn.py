"""The database that a DSN names: ``postgresql://user:password@host/name`` or ``sqlite:///file``."""

import importlib
import os
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import unquote, urlsplit

from edatool.errors import OutboxError, WrongUsage
from edatool.runtime.outbox.database import Database, said
from edatool.runtime.outbox.file import existing
from edatool.runtime.outbox.schema import POSTGRESQL

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
_EXAMPLE = "write it like postgresql://user:password@host/name or sqlite:///file"


def of_dsn(dsn: str) -> Database:
    """Return the database with the tables of an outbox; it is connected to when it is used.

    ``sqlite:///file`` is in the current folder, ``sqlite:////file`` in the root. ``postgresql+psycopg://``, as
    SQLAlchemy has it, will do.

    Raises:
        WrongUsage: it is no such URL, or psycopg is not installed.
    """
    scheme, separator, rest = dsn.partition("://")
    kind = scheme.partition("+")[0]
    if separator and kind == "sqlite" and rest.startswith("/"):
        return existing(Path(unquote(rest[1:].partition("?")[0])))
    if separator and kind in ("postgresql", "postgres"):
        return _postgresql(f"postgresql://{rest}")
    raise WrongUsage(f"this DSN cannot be read: {_EXAMPLE}")


def is_dsn(name: str | os.PathLike[str]) -> TypeGuard[str]:
    """Tell a DSN from the name of a file."""
    return isinstance(name, str) and "://" in name


def require_dsn(text: str) -> str:
    """Return a DSN.

    Raises:
        WrongUsage: it is none; the text is not told, for a password may be in it.
    """
    if not is_dsn(text):
        raise WrongUsage(f"this DSN cannot be read: {_EXAMPLE}")
    return text


def _postgresql(dsn: str) -> Database:
    try:
        psycopg: Any = importlib.import_module("psycopg")
    except ImportError:
        raise WrongUsage("PostgreSQL takes psycopg: install edatool[postgresql]") from None
    name = _without_password(dsn)

    def connect() -> Any:
        try:
            return psycopg.connect(dsn, autocommit=True, **_OPTIONS)
        except psycopg.ProgrammingError:
            # Its words may repeat any part of the DSN.
            raise WrongUsage(f"PostgreSQL's library cannot read the DSN: {_EXAMPLE}") from None
        except psycopg.Error as error:
            raise OutboxError(f"{name} cannot be reached: {_hidden(said(error), dsn)}") from None

    return Database(name, POSTGRESQL, connect)


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
        raise WrongUsage(f"this DSN cannot be read: {_EXAMPLE}") from None
    if dsn.count("@") > 1 or (split.password or "").count(":"):
        raise WrongUsage("the password in the DSN holds @, : or /: percent-encode it, as in %40 for @")
    user = f"{split.username}@" if split.username else ""
    port = f":{split.port}" if split.port else ""
    return f"postgresql://{user}{split.hostname or ''}{port}{split.path}"
