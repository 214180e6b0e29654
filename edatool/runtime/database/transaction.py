"""Runs a statement of ours in a transaction that somebody else has begun and will end."""

import re
import sqlite3
from collections.abc import Sequence
from itertools import count
from typing import Any

from edatool.errors import WrongUsage
from edatool.runtime.database.database import Row
from edatool.runtime.database.tables import Tables

_IDLE = 0
"""What psycopg calls a connection without a transaction (libpq's PQTRANS_IDLE)."""


def execute(transaction: Any, tables: Tables, statement: str, values: Sequence[object]) -> list[Row]:
    """Run a statement, whose parameters are ``?``, and return its rows.

    ``transaction`` is a Session or Connection of SQLAlchemy, a connection of psycopg or sqlite3, or any that has
    ``cursor()`` and takes ``%s`` for parameters, as Django's has.

    Raises:
        WrongUsage: it is nothing of the kind, or no transaction was begun.
        EdatoolError: that of the tables: the database does not have them.
        Exception: whatever the database raises.
    """
    try:
        return _execute(transaction, statement, tuple(values))
    except Exception as error:
        if tables.are_missing(str(error)):
            words = f"the database of the transaction has no tables of the {tables.noun}: {tables.way_out}"
            raise tables.error(words) from error
        raise


def _execute(transaction: Any, statement: str, values: tuple[object, ...]) -> list[Row]:
    # Nothing of SQLAlchemy is imported: what it gives us has all that is needed.
    if hasattr(transaction, "get_bind") and hasattr(transaction, "connection"):
        transaction = transaction.connection()
    if hasattr(transaction, "exec_driver_sql"):
        _require_transaction(getattr(transaction.connection, "driver_connection", None))
        result = transaction.exec_driver_sql(_marked(statement, transaction.dialect.paramstyle), values)
        return [tuple(row) for row in result] if result.returns_rows else []
    if isinstance(transaction, sqlite3.Connection):
        _require_transaction(transaction)
        return transaction.execute(statement, values).fetchall()
    if hasattr(transaction, "cursor"):
        _require_transaction(transaction)
        with transaction.cursor() as cursor:
            cursor.execute(_marked(statement, "format"), values)
            return list(cursor.fetchall()) if cursor.description else []
    kind = type(transaction).__name__
    raise WrongUsage(f"a {kind} is no transaction: give a Session or Connection of SQLAlchemy, psycopg or sqlite3")


def _marked(statement: str, style: str) -> str:
    match style:
        case "qmark":
            return statement
        case "numeric_dollar":
            numbers = count(1)
            return re.sub(r"\?", lambda _: f"${next(numbers)}", statement)
        case "format" | "pyformat":
            return statement.replace("?", "%s")
    raise WrongUsage(f"a driver whose parameters are {style} is not known: use psycopg")


def _require_transaction(connection: Any) -> None:
    """Refuse where the message would be kept also if the change that it tells of is not."""
    if not _has_transaction(connection):
        raise WrongUsage("the connection is in autocommit, and no transaction was begun: begin one around the change")


def _has_transaction(connection: Any) -> bool:
    """Say whether there is one, or the next statement begins it; True where the driver does not tell."""
    autocommit = getattr(connection, "autocommit", False) is True
    if isinstance(connection, sqlite3.Connection):
        return connection.in_transaction or not (autocommit or connection.isolation_level is None)
    if hasattr(connection, "in_atomic_block"):  # Django's
        return connection.in_atomic_block or not connection.get_autocommit()
    status = getattr(getattr(connection, "info", None), "transaction_status", None)
    return not autocommit or status != _IDLE
