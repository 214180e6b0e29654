"""What services keep until the broker has it: looked at, sent, and tidied up."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from edatool.broker.address import Address, parse
from edatool.runtime.database.database import Database
from edatool.runtime.database.dsn import is_dsn, of_dsn
from edatool.runtime.database.sqlite import existing
from edatool.runtime.database.tables import DIALECTS
from edatool.runtime.outbox import status
from edatool.runtime.outbox.leases import ATTEMPTS
from edatool.runtime.outbox.schema import OUTBOX, ddl
from edatool.runtime.outbox.status import OutboxStatus
from edatool.silent import silent

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from edatool.runtime.outbox.relay import Relay


def outbox_status(outbox: str | os.PathLike[str]) -> OutboxStatus:
    """Return how much waits in an outbox, and what is held or parked, and why.

    ``outbox`` is its file, or ``postgresql://user:password@host/name`` or ``sqlite:///file`` of a service's database.

    Raises:
        WrongUsage: it is no such URL, or psycopg is not installed.
        OutboxError: it is not there, or cannot be used.
    """
    with _database(outbox) as database:
        return status.status(database)


def purge_outbox(outbox: str | os.PathLike[str], which: Literal["parked", "all"] = "parked") -> int:
    """Remove messages from an outbox for good: those that the broker never took, or all; return how many.

    Raises:
        WrongUsage, OutboxError: as of ``outbox_status``.
    """
    with _database(outbox) as database:
        return status.purge(database, which)


def retry_outbox(outbox: str | os.PathLike[str]) -> int:
    """Have the parked messages of an outbox sent again by its relays, each before later ones of its key.

    Returns how many.

    Raises:
        WrongUsage, OutboxError: as of ``outbox_status``.
    """
    with _database(outbox) as database:
        return status.retry(database)


@contextmanager
def open_relay(
    outbox: str | os.PathLike[str],
    broker: str | Address,
    *,
    attempts: int = ATTEMPTS,
    registry: "CollectorRegistry | None" = None,
    on_note: Callable[[str], None] = silent,
) -> Iterator["Relay"]:
    """Yield what sends the messages of an outbox, in the order of each key: its ``run`` does.

    Args:
        outbox: as of ``outbox_status``.
        broker: ``amqp[s]://user:password@host:port/vhost``; the vhost counts for messages whose spec named none.
        attempts: how often a message is refused before it is parked.
        registry: of prometheus_client, in which it measures.
        on_note: is told what goes wrong, a sentence at a time.

    Raises:
        WrongUsage, OutboxError: as of ``outbox_status``.
    """
    from edatool.runtime.outbox.outbox import relay_of, to_broker

    address = parse(broker) if isinstance(broker, str) else broker
    with _database(outbox) as database:
        yield relay_of(database, to_broker(address), attempts, on_note, registry)


def outbox_ddl(dialect: Literal["postgresql", "sqlite"] = "postgresql") -> tuple[str, ...]:
    """Return the statements that make the tables of an outbox in a service's own database."""
    return tuple(ddl(DIALECTS[dialect]))


@contextmanager
def _database(outbox: str | os.PathLike[str]) -> Iterator[Database]:
    database = of_dsn(outbox, OUTBOX) if is_dsn(outbox) else existing(Path(outbox), OUTBOX)
    try:
        yield database
    finally:
        database.close()
