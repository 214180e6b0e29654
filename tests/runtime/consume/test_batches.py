"""Handlers that take many events at once."""

from dataclasses import dataclass

from edatool import ConsumedEvent
from tests.runtime.consume.paid_shop import Desk, await_true, working


@dataclass
class Payment:
    order: str


def test_a_batch_is_as_large_as_it_may_be_and_the_last_one_does_not_wait_for_ever(desk: Desk) -> None:
    batches: list[list[str]] = []
    consumer = desk.consumer(workers=1)

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
