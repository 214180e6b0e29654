"""What is in an outbox, and taking out what can never be sent."""

from typing import Literal

from edatool.frozen import frozen
from edatool.runtime.database.database import Database
from edatool.runtime.outbox.schema import OutboxDestination

MOST = 100
"""How many keys are listed."""

_KEY = "vhost, exchange, routing_key"


@frozen
class HeldKey:
    """A key whose first message was refused, or not answered, and is tried again in ``due`` seconds."""

    place: OutboxDestination
    messages: int
    attempts: int
    due: float
    reason: str


@frozen
class Parked:
    """Messages of one key that could not be sent, and are not tried anymore."""

    place: OutboxDestination
    event: str
    messages: int
    reason: str


@frozen
class OutboxStatus:
    """How full an outbox is.

    ``waiting`` counts messages that are to be sent, held ones too, and ``bytes`` their bodies; ``age`` is that of the
    oldest in seconds. ``relays`` counts those that send now. Of ``held`` and ``parked`` the first 100 keys are listed.
    """

    waiting: int
    bytes: int
    age: float | None
    parked_messages: int
    relays: int
    held: tuple[HeldKey, ...]
    parked: tuple[Parked, ...]


def status(database: Database) -> OutboxStatus:
    """Return what is in an outbox.

    Raises:
        OutboxError: it cannot be read.
    """
    # Not in one transaction, which would keep services from writing to SQLite meanwhile.
    now, run = database.dialect.now, database.run
    ((waiting, size, oldest),) = run(
        f"SELECT count(*), coalesce(sum(length(body)), 0), {now} - min(created) FROM edatool_outbox "
        "WHERE parked IS NULL"
    )
    ((parked_messages,),) = run("SELECT count(*) FROM edatool_outbox WHERE parked IS NOT NULL")
    ((relays,),) = run(f"SELECT count(DISTINCT holder) FROM edatool_outbox_lane WHERE until > {now}")
    held = run(
        f"""SELECT h.vhost, h.exchange, h.routing_key, h.attempts, h.due - {now}, h.reason, count(*)
        FROM edatool_outbox m JOIN edatool_outbox_held h
            ON m.vhost = h.vhost AND m.exchange = h.exchange AND m.routing_key = h.routing_key
        WHERE m.parked IS NULL GROUP BY h.vhost, h.exchange, h.routing_key, h.attempts, h.due, h.reason
        ORDER BY h.exchange, h.routing_key LIMIT {MOST}"""
    )
    parked = run(
        f"""SELECT {_KEY}, event, count(*), min(parked) FROM edatool_outbox
        WHERE parked IS NOT NULL GROUP BY {_KEY}, event
        ORDER BY exchange, routing_key, event LIMIT {MOST}"""
    )
    return OutboxStatus(
        waiting,
        int(size),
        None if oldest is None else max(float(oldest), 0.0),
        parked_messages,
        relays,
        tuple(
            HeldKey(OutboxDestination(*place), messages, attempts, max(due, 0.0), reason)
            for *place, attempts, due, reason, messages in held
        ),
        tuple(Parked(OutboxDestination(*place), event, messages, reason) for *place, event, messages, reason in parked),
    )


def purge(database: Database, which: Literal["parked", "all"]) -> int:
    """Remove messages for good; return how many.

    Raises:
        OutboxError: the database cannot be used.
    """
    condition = "parked IS NOT NULL" if which == "parked" else "seq IS NOT NULL"
    with database.transaction() as run:
        ((count,),) = run(f"SELECT count(*) FROM edatool_outbox WHERE {condition}")
        run(f"DELETE FROM edatool_outbox WHERE {condition}")
        run(
            f"""DELETE FROM edatool_outbox_held
            WHERE ({_KEY}) NOT IN (SELECT {_KEY} FROM edatool_outbox WHERE parked IS NULL)"""
        )
    return int(count)


def retry(database: Database) -> int:
    """Have parked messages sent again, before those of their keys that came later; return how many.

    Raises:
        OutboxError: the database cannot be used.
    """
    with database.transaction() as run:
        ((count,),) = run("SELECT count(*) FROM edatool_outbox WHERE parked IS NOT NULL")
        run(
            f"""DELETE FROM edatool_outbox_held
            WHERE ({_KEY}) IN (SELECT {_KEY} FROM edatool_outbox WHERE parked IS NOT NULL)"""
        )
        run("UPDATE edatool_outbox SET parked = NULL WHERE parked IS NOT NULL")
    return int(count)
