"""The handlers of a consumer on the broker in memory, with time under the test's control."""

import asyncio
from pathlib import Path

import pytest

from edatool import ConsumedEvent, Consumer, Publisher, Reject, WrongUsage
from edatool.checks.load import load
from edatool.testing import MemoryBroker
from tests.runtime.consume.paid_shop import SPEC, write_schemas

NOWHERE = "amqp://guest:guest@127.0.0.1:1/%2F"


class Shop:
    def __init__(self, folder: Path, text: str = SPEC) -> None:
        write_schemas(folder)
        (folder / "routes.yaml").write_text(text)
        self.routes = load([str(folder / "routes.yaml")], {})
        self.broker = MemoryBroker.from_spec(self.routes)
        self.consumer = Consumer(self.routes, NOWHERE, {}, tell=list[str]().append)

    def publish(self, order: str, cents: int = 1) -> None:
        with Publisher(self.routes, self.broker) as publisher:
            assert publisher.publish("settled", {"order": order, "cents": cents}).ok

    def counts(self) -> dict[str, int]:
        return {name: number for name, number in self.consumer.counts.items() if number}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_failure_waits_as_long_as_the_spec_says_and_then_is_dead(shop: Shop) -> None:
    attempts: list[int] = []

    @shop.consumer.on(queue="retried")
    def handle(event: ConsumedEvent) -> None:
        attempts.append(event.attempt)
        assert (event.exchange, event.key) == ("events", "payment.A-1.settled")
        raise ValueError("no stock")

    shop.publish("A-1")
    assert shop.broker.feed(shop.consumer) == 1
    shop.broker.advance(0.1)
    assert shop.broker.feed(shop.consumer) == 0
    shop.broker.advance(0.1)
    assert shop.broker.feed(shop.consumer) == 1
    shop.broker.advance(0.4)
    assert shop.broker.feed(shop.consumer) == 1
    assert attempts == [1, 2, 3]
    (dead,) = shop.broker.queue("dead")
    assert dead.headers["x-edatool-reason"] == "it failed 3 times, the last time with ValueError: no stock"
    assert dead.headers["x-edatool-attempts"] == 3
    assert shop.counts() == {"retried": 2, "dead": 1}


def test_a_delivery_limit_holds(shop: Shop) -> None:
    @shop.consumer.on(queue="limited")
    def handle(event: ConsumedEvent) -> None:
        raise ValueError("no stock")

    shop.publish("A-1")
    assert shop.broker.feed(shop.consumer) == 3
    assert shop.counts() == {"retried": 2, "dead": 1}
    assert len(shop.broker.queue("dead")) == 1


def test_what_handlers_publish_is_handled_too(shop: Shop) -> None:
    done: list[object] = []
    publisher = Publisher(shop.routes, shop.broker)

    @shop.consumer.on(queue="retried")
    def handle(event: ConsumedEvent) -> None:
        publisher.publish("noted", {"text": event.payload["order"]})

    shop.consumer.on("noted")(lambda event: done.append(event.payload))
    shop.publish("A-1")
    assert shop.broker.feed(shop.consumer) == 2
    assert done == [{"text": "A-1"}]


def test_a_coroutine_is_awaited(shop: Shop) -> None:
    done: list[str] = []

    @shop.consumer.on(queue="retried")
    async def handle(event: ConsumedEvent) -> None:
        await asyncio.sleep(0)
        done.append(event.payload["order"])

    shop.publish("A-1")
    assert shop.broker.feed(shop.consumer) == 1
    assert done == ["A-1"]


def test_a_handler_of_batches_gets_lists(shop: Shop) -> None:
    sizes: list[int] = []

    @shop.consumer.on(queue="retried", max_events=10)
    def handle(events: list[ConsumedEvent]) -> None:
        sizes.append(len(events))

    shop.publish("A-1")
    shop.publish("A-2")
    assert shop.broker.feed(shop.consumer) == 2
    assert sum(sizes) == 2


def test_events_that_make_each_other_for_ever_are_refused(shop: Shop) -> None:
    publisher = Publisher(shop.routes, shop.broker)
    shop.consumer.on("noted")(lambda _: publisher.publish("noted", {"text": ""}))
    publisher.publish("noted", {"text": ""})
    with pytest.raises(WrongUsage, match="there is no end of it"):
        shop.broker.feed(shop.consumer)


def test_dead_letters_that_go_nowhere_are_told(tmp_path: Path) -> None:
    shop = Shop(tmp_path, SPEC.replace("  - {queue: dead, exchange: dead}\n", ""))

    @shop.consumer.on(queue="retried")
    def handle(event: ConsumedEvent) -> None:
        raise Reject("no")

    shop.publish("A-1")
    with pytest.raises(WrongUsage, match="exchange 'dead' does not take what a handler failed at: NO_ROUTE"):
        shop.broker.feed(shop.consumer)


def test_an_inbox_is_used_as_it_is_in_production(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    consumer = Consumer(shop.routes, NOWHERE, {}, inbox=str(tmp_path / "inbox.db"), tell=list[str]().append)
    consumer.on("settled", "failed")(print)
    with Publisher(shop.routes, shop.broker) as publisher:
        for _ in range(2):
            publisher.publish("settled", {"order": "A-1", "cents": 1}, "m-1")
    assert shop.broker.feed(consumer) == 2
    assert (consumer.counts.done, consumer.counts.repeated) == (1, 1)


def test_what_keeps_its_order_waits_behind_what_failed_until_that_is_done(shop: Shop) -> None:
    handled: list[str] = []

    @shop.consumer.on("settled", "failed", order_by="order", order="keep")
    def handle(event: ConsumedEvent) -> None:
        handled.append(f"{event.payload['order']}{event.payload['cents']}")
        if handled[-1] == "A1" and event.attempt < 3:
            raise ValueError("no stock")

    for order, cents in (("A", 1), ("A", 2), ("B", 1), ("A", 3)):
        shop.publish(order, cents)
    assert shop.broker.feed(shop.consumer) == 2
    shop.broker.advance(0.2)
    assert shop.broker.feed(shop.consumer) == 1
    shop.broker.advance(0.3)
    assert shop.broker.feed(shop.consumer) == 0
    shop.broker.advance(0.1)
    assert shop.broker.feed(shop.consumer) == 3
    assert handled == ["A1", "B1", "A1", "A1", "A2", "A3"]
    assert shop.counts() == {"retried": 2, "done": 4}


def test_what_keeps_its_order_goes_on_once_what_failed_is_dead(tmp_path: Path) -> None:
    shop = Shop(tmp_path, SPEC.replace("    retry: [200ms, 400ms]\n", "    delivery_limit: 2\n"))
    handled: list[int] = []

    @shop.consumer.on("settled", "failed", order_by="order", order="keep")
    def handle(event: ConsumedEvent) -> None:
        handled.append(event.payload["cents"])
        if handled[-1] == 1:
            raise ValueError("no stock")

    shop.publish("A", 1)
    shop.publish("A", 2)
    assert shop.broker.feed(shop.consumer) == 4
    assert handled == [1, 1, 1, 2]
    assert [one.headers["x-edatool-attempts"] for one in shop.broker.queue("dead")] == [3]
