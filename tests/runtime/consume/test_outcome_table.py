"""The table of outcomes, measured on the server that the tests run on: its column is what happens."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from edatool import ConsumedEvent, Drop, Reject
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.runtime.consume.outcome_table import AGAIN, COUNTED, DEAD, GONE, NONE, ROWS, VERSIONS, Row
from tests.runtime.consume.paid_shop import SPEC, Desk, await_true, desk, working

QUEUES = {"anything": "limited", "retry": "retried", "delivery_limit": "limited", "classic": "plain"}
DELAYED = """\
  delayed:
    type: quorum
    delayed_retry_type: failed
    delayed_retry_min: 100ms
    delayed_retry_max: 200ms
    delivery_limit: 3
    dead_letter: {exchange: dead}
bindings:
  - {queue: delayed, events: [settled]}
"""


def column(vhost: Vhost) -> int:
    found = [version for version in VERSIONS if version == f"{vhost.version[0]}.{vhost.version[1]}"]
    if not found:
        pytest.skip(f"the table has no column for RabbitMQ {vhost.version}")
    return VERSIONS.index(found[0])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} on {row[1]}")
def test_an_outcome_leads_to_what_the_table_says(vhost: Vhost, tmp_path: Path, row: Row) -> None:
    outcome, declared, _, cells = row
    expected = cells[column(vhost)]
    if expected == NONE:
        return
    delayed = declared == "delayed_retry"
    there = desk(vhost, tmp_path, SPEC.replace("bindings:\n", DELAYED) if delayed else SPEC)
    queue = "delayed" if delayed else QUEUES[declared]
    assert MEASURED[outcome](there, queue) == expected


def raised(there: Desk, queue: str, error: Exception, times: int = 1) -> str:
    """Have a handler raise so often, and return what became of the event."""
    publish(there, queue)
    tries: list[int] = []
    consumer = there.consumer()

    @consumer.on(queue=queue)
    def handle(event: ConsumedEvent) -> None:
        tries.append(event.attempt)
        if len(tries) <= times:
            raise error

    with working(consumer):
        await_true(lambda: bool(consumer.counts.done + consumer.counts.dead + consumer.counts.dropped))
    assert there.ready(queue) == 0
    if consumer.counts.dead:
        assert len(there.dead()) == 1
        return DEAD
    assert there.ready("dead") == 0
    return (COUNTED if tries[-1] > 1 else AGAIN) if len(tries) > 1 else GONE


def ended(there: Desk, queue: str, end: Callable[[threading.Event], None], port: int | None = None) -> str:
    """Have a consumer end while it handles one event and has another in hand; say what becomes of that one."""
    publish(there, queue)
    publish(there, queue)
    begun, go_on = threading.Event(), threading.Event()
    consumer = there.consumer(port, workers=1, prefetch=2, grace=0.1)

    @consumer.on(queue=queue)
    def handle(event: ConsumedEvent) -> None:
        begun.set()
        go_on.wait(20)

    with working(consumer):
        assert begun.wait(20)
        await_true(lambda: there.ready(queue) == 0)
        end(go_on)
        consumer.stop()
    go_on.set()
    there.shop.await_ready(queue, 2)
    counts = [(one.headers or {}).get("x-delivery-count", 0) for one, _ in there.taken(queue)]
    assert len(set(counts)) == 1
    return COUNTED if counts[0] else AGAIN


def killed(there: Desk, queue: str) -> str:
    with Proxy((there.address.host, there.address.port)) as proxy:
        return ended(there, queue, lambda _: proxy.cut(), proxy.port)


def publish(there: Desk, queue: str) -> None:
    if queue == "plain":
        there.send("", queue, b'{"text": ""}', type="noted")
    else:
        there.send("", queue, b'{"order": "A-1", "cents": 1}', type="settled")


MEASURED: dict[str, Callable[[Desk, str], str]] = {
    "done, dropped": lambda there, queue: raised(there, queue, Drop()),
    "failed": lambda there, queue: raised(there, queue, ValueError()),
    "failed too often": lambda there, queue: raised(there, queue, ValueError(), times=9),
    "rejected, poisoned, too late": lambda there, queue: raised(there, queue, Reject("no")),
    "not processed": lambda there, queue: ended(there, queue, lambda _: None),
    "killed": killed,
}
