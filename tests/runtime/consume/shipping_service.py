"""A service that ships orders, in a process of its own, and meets with all that may go wrong: for ``test_chaos``."""

import datetime
import functools
import logging
import os
import threading
import time
import zlib

import psycopg

from edatool import ConsumedEvent, Consumer, Reject
from edatool.runtime.consume import once, settings
from edatool.runtime.dead_letters import headers

WAITS = (0.2, 0.4, 0.8)
"""Seconds before each retry, as the spec of ``test_chaos`` has them."""
_own = threading.local()


def fate(event_id: str) -> int:
    """Return a number below 1000 that decides what happens to an event, the same in every process."""
    return zlib.crc32(event_id.encode()) % 1000


def is_refused(event_id: str) -> bool:
    return fate(event_id) < 10


def connection(dsn: str) -> "psycopg.Connection[tuple[object, ...]]":
    found: psycopg.Connection[tuple[object, ...]] | None = getattr(_own, "connection", None)
    if found is None or found.broken:
        found = _own.connection = psycopg.connect(dsn, autocommit=True)
    return found


def happen(event: ConsumedEvent, lease: float) -> None:
    """Refuse, fail, hang or crash; a hanging handler holds its claim for longer than a lease."""
    assert event.id
    number = fate(event.id)
    if is_refused(event.id):
        raise Reject("nobody lives there")
    if number < 60:
        if len(tried(event)) <= number % len(WAITS):
            raise OSError("the carrier does not answer")
    elif number < 65:
        if not event.redelivered:
            os._exit(1)
    elif number < 70:
        time.sleep(1.5 * lease)


def tried(event: ConsumedEvent) -> list[datetime.datetime]:
    times = event.headers.get(headers.TRIED, [])
    assert isinstance(times, list)
    return [datetime.datetime.fromisoformat(one) for one in times]


def is_early(event: ConsumedEvent) -> bool:
    """Tell whether an event comes sooner after its last failure than the spec says."""
    times = tried(event)
    if not times:
        return False
    return (datetime.datetime.now(datetime.UTC) - times[-1]).total_seconds() < WAITS[len(times) - 1]


def serve(spec: str, broker: str, dsn: str, lease: float, how: str) -> None:
    """Ship orders until the process ends; effects are made ``within`` the inbox's transaction, or ``beside`` it."""
    logging.disable()  # much goes wrong here
    vars(settings)["Once"] = functools.partial(once.Once, lease=lease)
    consumer = Consumer(spec, broker, name="shipping", inbox=dsn, workers=6)

    @consumer.on("placed")
    def ship(event: ConsumedEvent) -> None:
        database = connection(dsn)
        if is_early(event):
            database.execute("INSERT INTO early VALUES (%s)", (event.id,))
        (ship_within if how == "within" else ship_alone)(database, event, lease)

    consumer.run()


def ship_within(database: "psycopg.Connection[tuple[object, ...]]", event: ConsumedEvent, lease: float) -> None:
    with database.transaction():
        database.execute("INSERT INTO effects VALUES (%s)", (event.id,))
        happen(event, lease)
        event.complete_within(database)
    if 70 <= fate(event.id or "") < 80 and event.attempt == 1:
        raise OSError("after its effect was committed")


def ship_alone(database: "psycopg.Connection[tuple[object, ...]]", event: ConsumedEvent, lease: float) -> None:
    """Note where two are at the same event."""
    number = zlib.crc32((event.id or "").encode())
    (alone,) = database.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone() or (False,)
    if not alone:
        database.execute("INSERT INTO clashes VALUES (%s)", (event.id,))
    try:
        database.execute("INSERT INTO effects VALUES (%s)", (event.id,))
        happen(event, lease)
    finally:
        database.execute("SELECT pg_advisory_unlock(%s)", (number,))
