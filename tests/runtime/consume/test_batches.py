"""Handlers that take many events at once."""

import asyncio
import threading
from dataclasses import dataclass

from edatool import ConsumedEvent
from tests.runtime.consume.paid_shop import Desk, await_true, working


@dataclass
class Payment:
    order: str


def test_a_batch_is_as_large_as_it_may_be_and_the_last_one_does_not_wait_for_ever(desk: Desk) -> None:
    batches: list[list[str]] = []
    consumer = desk.consumer(workers=1, prefetch=1)  # which is less than a batch, and does not hold for it

    @consumer.on("settled", "failed", max_events=10, max_wait=0.3)
    def handle(payments: list[Payment], events: list[ConsumedEvent]) -> None:
        assert [one.payload["order"] for one in events] == [one.order for one in payments]
        batches.append([one.order for one in payments])

    desk.publish("settled", *map(str, range(25)))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 25)
    assert [len(one) for one in batches] == [10, 10, 5]
    assert [order for one in batches for order in one] == [str(number) for number in range(25)]
    assert desk.ready("retried") == 0


def test_a_batch_fails_as_one_and_what_is_poisoned_alone(desk: Desk) -> None:
    sizes: list[int] = []
    consumer = desk.consumer()

    @consumer.on("settled", "failed", max_events=3, max_wait=0.5)
    def handle(events: list[ConsumedEvent]) -> None:
        sizes.append(len(events))
        if events[0].attempt == 1:
            raise ValueError("no stock")

    desk.publish("settled", "A-1", "A-2")
    desk.send("events", "payment.failed", b"{", type="failed")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 2)
        (dead,) = desk.dead()
    assert sum(sizes) == 4
    assert consumer.counts.retried == 2
    assert dead.headers["x-edatool-reason"].startswith("its payload cannot be read")


def test_what_waits_for_a_batch_goes_back_at_the_end(desk: Desk) -> None:
    consumer = desk.consumer(grace=20)

    @consumer.on("settled", "failed", max_events=100, max_wait=60)
    def handle(events: list[ConsumedEvent]) -> None: ...

    desk.publish("settled", "A-1", "A-2")
    with working(consumer):
        await_true(lambda: desk.ready("retried") == 0)
    assert desk.told == []
    desk.shop.await_ready("retried", 2)
    assert consumer.counts.done == 0


def test_coroutines_handle_batches_in_the_loop_of_the_others(desk: Desk) -> None:
    loops = list[asyncio.AbstractEventLoop]()
    consumer = desk.consumer()

    @consumer.on(queue="retried", max_events=10, max_wait=0.2)
    async def handle_many(events: list[ConsumedEvent]) -> None:
        await asyncio.sleep(0)
        loops.append(asyncio.get_running_loop())
        if events[0].attempt == 1:
            raise ValueError("no stock")

    @consumer.on(queue="limited")
    async def handle_one(event: ConsumedEvent) -> None:
        loops.append(asyncio.get_running_loop())

    desk.publish("settled", *map(str, range(15)))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 30)
    assert len(set(loops)) == 1
    assert consumer.counts.retried >= 15  # more where one that is tried again came with those that are new


def test_a_coroutine_over_its_time_is_cancelled_and_its_batch_is_tried_again(desk: Desk) -> None:
    cancelled, consumer = list[int](), desk.consumer()

    @consumer.on("settled", "failed", max_events=2, timeout=0.05)
    async def handle(events: list[ConsumedEvent]) -> None:
        try:
            await asyncio.sleep(30 if events[0].attempt == 1 else 0)
        except asyncio.CancelledError:
            cancelled.append(len(events))
            raise

    desk.publish("settled", "A-1", "A-2")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 2)
    assert (cancelled, consumer.counts.retried) == ([2], 2)
    assert any("handle took longer than 0.05 s" in one for one in desk.told)


def test_a_function_over_its_time_has_failed_and_its_batch_holds_up_no_other(desk: Desk) -> None:
    go_on, consumer = threading.Event(), desk.consumer()

    @consumer.on("settled", "failed", max_events=2, max_wait=0.05, timeout=0.1)
    def handle(events: list[ConsumedEvent]) -> None:
        if events[0].attempt == 1:
            go_on.wait(20)

    desk.publish("settled", "A-1", "A-2")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 2)
        assert not go_on.is_set()
        go_on.set()
    assert consumer.counts.retried == 2


def test_a_coroutine_that_hangs_is_given_back_with_its_batch_at_the_end(desk: Desk) -> None:
    begun, consumer = threading.Event(), desk.consumer(grace=0.2)

    @consumer.on("settled", "failed", max_events=2)
    async def handle(events: list[ConsumedEvent]) -> None:
        begun.set()
        await asyncio.sleep(30)

    desk.publish("settled", "A-1", "A-2")
    with working(consumer):
        assert begun.wait(20)
    desk.shop.await_ready("retried", 2)
    assert consumer.counts.retried == 0
