"""Events wait behind one of their key that failed, until it is done or a dead letter."""

import asyncio
import threading
from collections import Counter
from pathlib import Path

import pytest

from edatool import ConsumedEvent, Retry, WrongUsage
from tests.broker_fixtures import Vhost
from tests.runtime.consume.paid_shop import SPEC, Desk, await_true, desk, working

ORDERED = SPEC.replace("retried:\n    type: quorum", "retried:\n    type: classic\n    single_active_consumer: true")


@pytest.fixture
def shop(vhost: Vhost, tmp_path: Path) -> Desk:
    return desk(vhost, tmp_path, ORDERED)


def publish(shop: Desk, *events: tuple[str, int]) -> None:
    with shop.shop.channel() as channel:
        for order, cents in events:
            channel.basic_publish("events", "payment.failed", f'{{"order": "{order}", "cents": {cents}}}'.encode())


class Journal:
    """What was handled, in order; ``fail`` has an event fail so many times."""

    def __init__(self, **fail: int) -> None:
        self.fail, self.seen = fail, list[tuple[str, int, int]]()
        self.tries = Counter[tuple[str, int]]()

    def handle(self, event: ConsumedEvent) -> None:
        order, cents = event.payload["order"], event.payload["cents"]
        self.tries[order, cents] += 1
        attempt = self.tries[order, cents]
        self.seen.append((order, cents, attempt))
        if attempt <= self.fail.get(f"{order}{cents}", 0):
            raise OSError("not now")

    async def handle_async(self, event: ConsumedEvent) -> None:
        await asyncio.sleep(0)
        self.handle(event)

    def of(self, order: str) -> list[tuple[int, int]]:
        return [(cents, attempt) for name, cents, attempt in self.seen if name == order]


@pytest.mark.parametrize("is_async", [False, True])
def test_events_of_a_key_wait_behind_one_that_failed_and_others_pass(shop: Desk, is_async: bool) -> None:
    journal, consumer = Journal(A1=2), shop.consumer(workers=2)
    handle = journal.handle_async if is_async else journal.handle
    consumer.on("settled", "failed", order_by="order", order="keep")(handle)
    publish(shop, ("A", 1), ("A", 2), ("B", 1), ("A", 3), ("B", 2))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 5)
    assert journal.of("A") == [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]
    assert journal.of("B") == [(1, 1), (2, 1)]
    assert journal.seen.index(("B", 2, 1)) < journal.seen.index(("A", 1, 2))
    assert (consumer.counts.retried, shop.ready("retried.retry.200ms")) == (2, 0)


def test_what_fails_too_often_is_a_dead_letter_with_its_history_and_then_the_next_one_is_handled(shop: Desk) -> None:
    journal, consumer = Journal(A1=9), shop.consumer()
    consumer.on("settled", "failed", order_by="order", order="keep")(journal.handle)
    publish(shop, ("A", 1), ("A", 2))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
    assert journal.of("A") == [(1, 1), (1, 2), (1, 3), (2, 1)]
    (dead,) = shop.dead()
    assert dead.headers["x-edatool-attempts"] == len(dead.headers["x-edatool-tried"]) == 3
    assert dead.headers["x-edatool-reason"] == "it failed 3 times, the last time with OSError: not now"


def test_without_a_key_all_events_of_the_queue_wait(shop: Desk) -> None:
    journal, consumer = Journal(A1=1), shop.consumer(workers=4)
    consumer.on("settled", "failed", order="keep")(journal.handle)
    publish(shop, ("A", 1), ("B", 1))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 2)
    assert journal.seen == [("A", 1, 1), ("A", 1, 2), ("B", 1, 1)]


def test_a_consumer_that_is_stopped_lets_nobody_have_later_events_before_those_that_it_gives_back(shop: Desk) -> None:
    journal, begun, go_on = Journal(), threading.Event(), threading.Event()
    first, second = shop.consumer(workers=2, prefetch=2), shop.consumer(workers=2)

    def wait_or_fail(event: ConsumedEvent) -> None:
        if event.payload["order"] == "A":
            raise Retry(after=0.4)
        begun.set()
        go_on.wait(30)

    first.on("settled", "failed", order_by="order", order="keep")(wait_or_fail)
    second.on("settled", "failed", order_by="order", order="keep")(journal.handle)
    publish(shop, ("A", 1), ("B", 1), *(("A", number) for number in range(2, 30)))
    with working(first):
        assert begun.wait(20)
        with working(second):
            await_true(lambda: bool(second._running and second._running.is_ready))
            first.stop()
            threading.Timer(0.5, go_on.set).start()
            await_true(lambda: second.counts.done == 29)
    assert [cents for cents, _ in journal.of("A")] == list(range(1, 30))
    assert journal.of("B") == []


def test_a_consumer_that_keeps_the_order_of_a_queue_reads_no_other(shop: Desk) -> None:
    consumer = shop.consumer()
    consumer.on("settled", "failed", queue="retried", order="keep")(print)
    consumer.on(queue="plain")(print)
    with pytest.raises(WrongUsage, match="let another consumer read the other queues"):
        consumer.run()


def test_handlers_of_a_queue_have_to_agree_and_batches_keep_no_order(shop: Desk) -> None:
    consumer = shop.consumer()
    consumer.on("settled", queue="retried", order="keep")(print)
    consumer.on("failed", queue="retried")(print)
    with pytest.raises(WrongUsage, match="differ in order_by or order"):
        consumer.run()

    def handle_many(events: list[ConsumedEvent]) -> None:
        pass

    with pytest.raises(WrongUsage, match="omit order"):
        consumer.on("settled", order="keep", max_events=2)(handle_many)
