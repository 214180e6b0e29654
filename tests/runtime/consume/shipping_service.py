"""A service that ships orders, in a process of its own, and meets with all that may go wrong: for ``test_chaos``.

python shipping_service.py SPEC BROKER DSN LEASE HOW
"""

import functools
import os
import sys
import threading
import time
import zlib

import psycopg

from edatool import ConsumedEvent, Consumer, Reject
from edatool.runtime.consume import once, settings

CLASH = "INSERT INTO clashes VALUES (%s)"
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
    if number < 60 and event.attempt == 1:
        raise OSError("the carrier does not answer")
    if number < 65 and not event.redelivered:
        os._exit(1)
    if number < 70:
        time.sleep(1.5 * lease)


def main() -> None:
    spec, broker, dsn, lease, how = sys.argv[1:]
    vars(settings)["Once"] = functools.partial(once.Once, lease=float(lease))
    consumer = Consumer(spec, broker, name="shipping", inbox=dsn, workers=6)

    @consumer.on("placed")
    def ship(event: ConsumedEvent) -> None:
        database, number = connection(dsn), zlib.crc32((event.id or "").encode())
        effect = "INSERT INTO effects VALUES (%s)"
        if how == "beside":
            (alone,) = database.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone() or (False,)
            if not alone:
                database.execute(CLASH, (event.id,))
            try:
                database.execute(effect, (event.id,))
                happen(event, float(lease))
            finally:
                database.execute("SELECT pg_advisory_unlock(%s)", (number,))
            return
        with database.transaction():
            database.execute(effect, (event.id,))
            happen(event, float(lease))
            event.complete_within(database)
        if 70 <= fate(event.id or "") < 80 and event.attempt == 1:
            raise OSError("after its effect was committed")

    consumer.run()


if __name__ == "__main__":
    main()
