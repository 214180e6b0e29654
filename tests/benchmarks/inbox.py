"""Events remembered in each kind of inbox, beside SQLite by itself with the same durability."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import psycopg

from edatool.runtime.database.tables import POSTGRESQL
from edatool.runtime.inbox.claims import Claimed
from edatool.runtime.inbox.inbox import Inbox
from edatool.runtime.inbox.open import open_inbox
from edatool.runtime.inbox.schema import ddl
from tests.postgresql_fixtures import private_server
from tests.redis_fixtures import private_redis

MANY, THREADS = 10_000, (1, 32)


def run(folder: Path) -> dict[str, object]:
    with private_server() as postgresql, private_redis(folder / "redis") as redis_url:
        dsn = postgresql.dsn("postgres")
        with psycopg.connect(dsn) as connection:
            for statement in ddl(POSTGRESQL):
                connection.execute(statement)
        return {
            f"{threads} threads": {
                **beside_sqlite(folder, threads),
                "PostgreSQL without a wait for the disk, events/s": rate(dsn, threads),
                "Redis, appendfsync always, events/s": rate(redis_url, threads),
            }
            for threads in THREADS
        }


def beside_sqlite(folder: Path, threads: int) -> dict[str, float]:
    """Return the rates of an inbox and of plain SQLite, which has the best of two runs each, in turn."""
    inboxes, plains = [], []
    for number in range(2):
        plains.append(plain(folder / f"plain-{threads}-{number}.db", threads))
        begin = process_time()
        inboxes.append((rate(str(folder / f"inbox-{threads}-{number}.db"), threads), process_time() - begin))
    best, used = max(inboxes)
    return {
        "SQLite, events/s": best,
        "SQLite, CPU us per event": round(used / events(threads) * 1e6, 1),
        "SQLite itself, as many rows in a commit, events/s": max(plains),
        "of SQLite itself": round(best / max(plains), 2),
    }


def events(threads: int) -> int:
    """How many events so many threads handle in a few seconds."""
    return MANY if threads > 1 else MANY // 20


def rate(place: str, threads: int) -> float:
    """Claim and complete events; return how many in a second."""
    each = events(threads) // threads

    def work(inbox: Inbox, own: int) -> None:
        for number in range(each):
            claim = inbox.claim("bench", f"{threads}-{own}-{number}", 60)
            assert isinstance(claim, Claimed)
            assert inbox.complete(claim)

    with open_inbox(place) as inbox:
        inbox.claim("bench", "first", 60)
        return timed([lambda own=own: work(inbox, own) for own in range(threads)], each * threads)  # type: ignore[misc]


def timed(work: list[Callable[[], None]], count: int) -> float:
    running = [threading.Thread(target=one) for one in work]
    begin = perf_counter()
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return round(count / (perf_counter() - begin))


def plain(file: Path, rows: int) -> float:
    """Claim and complete events with SQLite alone, so many in a commit, each of which waits for the disk."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE t (who text, id text, state text, PRIMARY KEY (who, id)) WITHOUT ROWID")
    count = events(rows)

    def work() -> None:
        for first in range(0, count, rows):
            keys = [("bench", str(number)) for number in range(first, first + rows)]
            for statement in (
                "INSERT INTO t VALUES (?, ?, 'claimed')",
                "UPDATE t SET state = 'done' WHERE (who, id) = (?, ?)",
            ):
                connection.execute("BEGIN IMMEDIATE")
                for key in keys:
                    connection.execute(statement, key)
                connection.execute("COMMIT")

    begin = perf_counter()
    work()
    connection.close()
    return round(count / (perf_counter() - begin))
