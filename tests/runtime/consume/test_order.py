"""Events with the same key, one after the other; those with other keys meanwhile."""

import asyncio
import threading
from collections import defaultdict
from functools import partial
from pathlib import Path

import pytest

from edatool import ConsumedEvent
from edatool.runtime.consume.once import Once
from edatool.runtime.inbox.open import open_inbox
from tests.runtime.consume.paid_shop import Desk, await_true, working

COUNT = 60


class Ledger:
    """Which events of each order were handled, in which order, and whether two of one order ever were at once."""

    def __init__(self) -> None:
        self.seen = defaultdict[str, list[int]](list)
        self.open: set[str] = set()
        self.overlapped = False
        self.most_open = 0
        self.lock = threading.Lock()

    def begin(self, event: ConsumedEvent) -> None:
        with self.lock:
            order = event.payload["order"]
            self.overlapped |= order in self.open
            self.open.add(order)
            self.most_open = max(self.most_open, len(self.open))
            self.seen[order].append(event.payload["cents"])

    def end(self, event: ConsumedEvent) -> None:
        with self.lock:
            self.open.discard(event.payload["order"])


def publish(desk: Desk) -> None:
    with desk.shop.channel() as channel:
        for number in range(COUNT):
            body = f'{{"order": "{"ABCDEF"[number % 6]}", "cents": {number + 1}}}'.encode()
            channel.basic_publish("events", "payment.failed", body)


def check(ledger: Ledger) -> None:
    assert not ledger.overlapped
    assert ledger.most_open > 1
    assert ledger.seen == {order: list(range(n + 1, COUNT + 1, 6)) for n, order in enumerate("ABCDEF")}


@pytest.mark.parametrize("is_async", [False, True])
def test_events_of_one_key_are_handled_in_order_and_others_meanwhile(desk: Desk, is_async: bool) -> None:
    ledger, consumer, pause = Ledger(), desk.consumer(workers=8, prefetch=COUNT), threading.Event()

    def handle(event: ConsumedEvent) -> None:
        ledger.begin(event)
        pause.wait(0.02)
        ledger.end(event)

    async def handle_async(event: ConsumedEvent) -> None:
        ledger.begin(event)
        await asyncio.sleep(0.02)
        ledger.end(event)

    consumer.on("settled", "failed", order_by="order")(handle_async if is_async else handle)
    publish(desk)
    with working(consumer):
        await_true(lambda: consumer.counts.done == COUNT)
    check(ledger)


def test_what_has_no_key_is_handled_too(desk: Desk) -> None:
    consumer = desk.consumer()
    consumer.on("settled", "failed", order_by="order.id")(print)
    desk.send("events", "payment.failed", b"{", type="failed")
    desk.publish("failed", "A-1")
    with working(consumer):
        await_true(lambda: (consumer.counts.done, consumer.counts.dead) == (1, 1))


@pytest.mark.parametrize("is_async", [False, True])
def test_what_is_behind_an_event_that_somebody_else_has_claimed_waits_too(
    desk: Desk, tmp_path: Path, is_async: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_inbox(tmp_path / "inbox.db") as inbox:
        inbox.claim("retried", "m-1", 60)
    monkeypatch.setattr("edatool.runtime.consume.settings.Once", partial(Once, lease=0.5))
    ids = list[str | None]()
    consumer = desk.consumer(inbox=tmp_path / "inbox.db")

    def handle(event: ConsumedEvent) -> None:
        ids.append(event.id)

    async def handle_async(event: ConsumedEvent) -> None:
        ids.append(event.id)

    consumer.on("settled", "failed", order_by="order")(handle_async if is_async else handle)
    for number in (1, 2, 3):
        desk.send("events", "payment.failed", b'{"order": "A", "cents": 1}', type="failed", message_id=f"m-{number}")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 3)
    assert ids == ["m-1", "m-2", "m-3"]
