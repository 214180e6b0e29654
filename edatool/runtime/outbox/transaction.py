"""Writes a message into the tables of an outbox, in a transaction that somebody else has begun and will end."""

import sqlite3
from typing import Any

from edatool.broker.message import AmqpMessage
from edatool.broker.publish import frames
from edatool.errors import OutboxError, WrongUsage
from edatool.runtime.outbox.database import lacks_tables
from edatool.runtime.outbox.schema import FIELDS, insert, row

_IDLE = 0
"""What psycopg calls a connection without a transaction (libpq's PQTRANS_IDLE)."""


def keep(transaction: Any, message: AmqpMessage, vhost: str) -> None:
    """Write a message; ``transaction`` is what ``Publisher.publish_within`` says.

    Raises:
        WrongUsage: it is nothing of the kind, or no transaction was begun; or AMQP cannot carry the message.
        OutboxError: the database has no tables of an outbox.
    """
    frames.head(message)
    try:
        _insert(transaction, row(message, vhost))
    except Exception as error:
        if lacks_tables(str(error)):
            way_out = "make them with what edatool outbox ddl prints"
            raise OutboxError(f"the database of the transaction has no tables of an outbox: {way_out}") from error
        raise


def _insert(transaction: Any, values: tuple[object, ...]) -> None:
    # Nothing of SQLAlchemy is imported: what it gives us has all that is needed.
    if hasattr(transaction, "get_bind") and hasattr(transaction, "connection"):
        transaction = transaction.connection()
    if hasattr(transaction, "exec_driver_sql"):
        _require_transaction(getattr(transaction.connection, "driver_connection", None))
        transaction.exec_driver_sql(insert(_marks(transaction.dialect.paramstyle)), values)
    elif isinstance(transaction, sqlite3.Connection):
        _require_transaction(transaction)
        transaction.execute(insert(_marks("qmark")), values)
    elif hasattr(transaction, "cursor"):
        _require_transaction(transaction)
        with transaction.cursor() as cursor:
            cursor.execute(insert(_marks("format")), values)
    else:
        kind = type(transaction).__name__
        raise WrongUsage(f"a {kind} is no transaction: give a Session or Connection of SQLAlchemy, psycopg or sqlite3")


def _marks(style: str) -> list[str]:
    match style:
        case "qmark":
            return ["?"] * FIELDS
        case "numeric_dollar":
            return [f"${number}" for number in range(1, FIELDS + 1)]
        case "format" | "pyformat":
            return ["%s"] * FIELDS
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
