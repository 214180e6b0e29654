"""What every subscriber has to do, whatever is between it and the publisher: on RabbitMQ and in memory.

The list is that of Watermill's tests for all its brokers (ThreeDotsLabs, watermill, pubsub/tests).
"""

import contextvars
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from edatool import ConsumedEvent, Consumer, Publisher, Routes
from edatool.checks.load import load
from edatool.testing import MemoryBroker
from tests.broker_fixtures import Server, fresh_vhost
from tests.runtime.consume.paid_shop import Desk, await_true, working
from tests.runtime.consume.paid_shop import desk as made

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: events, key: "order.{region}", headers: {number: number}}
  paid: {exchange: events, headers: {number: number}}
exchanges: {events: {type: topic}}
queues:
  orders: {type: quorum, delivery_limit: 100, dead_letter: {exchange: "", key: dead}}
  audit: {type: quorum, delivery_limit: 100, dead_letter: {exchange: "", key: dead}}
  payments: {type: classic, dead_letter: {exchange: "", key: dead}}
  dead: {type: quorum}
bindings:
  - {queue: orders, events: [placed]}
  - {queue: audit, events: [placed]}
  - {queue: payments, events: [paid]}
"""
Kind = Literal["threads", "tasks"]
React = Callable[[ConsumedEvent], object]


@pytest.fixture(scope="module")
def shared_desk(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with fresh_vhost(server) as vhost:
        yield made(vhost, tmp_path_factory.mktemp("shop"), SPEC)


@dataclass
class Live:
    """The shop on RabbitMQ, whose consumers work at once."""

    desk: Desk

    @property
    def routes(self) -> Routes:
        return self.desk.routes

    def publisher(self) -> Publisher:
        return Publisher(self.routes, self.desk.address)

    def consumer(self, **options: Any) -> Consumer:
        return self.desk.consumer(**options)

    def consumed(self, until: Callable[[], bool], *consumers: Consumer) -> None:
        with working(*consumers):
            await_true(until)

    def left(self, queue: str) -> int:
        return self.desk.ready(queue)


@dataclass
class Memory:
    """The shop in memory, whose consumers get what is there, one after the other."""

    routes: Routes
    broker: MemoryBroker

    def publisher(self) -> Publisher:
        return Publisher(self.routes, self.broker)

    def consumer(self, **options: Any) -> Consumer:
        return Consumer(self.routes, "amqp://127.0.0.1/%2F", tell=list[str]().append, **options)

    def consumed(self, until: Callable[[], bool], *consumers: Consumer) -> None:
        for one in consumers:
            self.broker.feed(one)
        assert until()

    def left(self, queue: str) -> int:
        return len(self.broker.queue(queue))


Shop = Live | Memory


@dataclass
class Reader:
    """A consumer, and what came to its handler."""

    consumer: Consumer
    got: list[ConsumedEvent] = field(default_factory=list)

    def numbers(self) -> list[int]:
        return [event.payload["number"] for event in self.got]


def reader(shop: Shop, kind: Kind, queue: str = "orders", react: React = lambda _: None, **options: Any) -> Reader:
    order_by = options.pop("order_by", None)
    found = Reader(shop.consumer(**options))

    def handle(event: ConsumedEvent) -> None:
        found.got.append(event)
        react(event)

    async def handle_in_task(event: ConsumedEvent) -> None:
        handle(event)

    found.consumer.on(queue=queue, order_by=order_by)(handle if kind == "threads" else handle_in_task)
    return found


def publish(shop: Shop, count: int, event: str = "placed") -> None:
    with shop.publisher() as publisher:
        pairs = [(event, {"number": number, "region": "eu"}) for number in range(count)]
        assert all(receipt.ok for receipt in publisher.publish_many(pairs))


@pytest.fixture(params=["threads", "tasks"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def live(shared_desk: Desk) -> Iterator[Live]:
    yield Live(shared_desk)
    with shared_desk.shop.channel() as channel:
        for queue in shared_desk.routes.topology.queues:
            channel.queue_purge(queue)


@pytest.fixture(params=["on RabbitMQ", "in memory"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    if request.param == "on RabbitMQ":
        found: Live = request.getfixturevalue("live")
        return found
    (tmp_path / "routes.yaml").write_text(SPEC)
    routes = load([str(tmp_path / "routes.yaml")], {})
    return Memory(routes, MemoryBroker.from_spec(routes))


def test_what_was_published_comes_whole_and_nothing_after_the_end(shop: Shop, kind: Kind) -> None:
    one = reader(shop, kind)
    publish(shop, 100)
    shop.consumed(lambda: one.consumer.counts.done == 100, one.consumer)
    publish(shop, 1)
    assert sorted(one.numbers()) == list(range(100))
    assert all(event.headers["number"] == event.payload["number"] for event in one.got)
    assert all((event.name, event.exchange, event.key) == ("placed", "events", "order.eu") for event in one.got)
    assert shop.left("orders") == 1


def test_who_comes_later_gets_what_was_published_before(shop: Shop, kind: Kind) -> None:
    for round_ in (1, 2):
        publish(shop, 10)
        one = reader(shop, kind)
        shop.consumed(lambda one=one: one.consumer.counts.done == 10, one.consumer)  # type: ignore[misc]
        assert sorted(one.numbers()) == list(range(10)), round_


def test_what_fails_comes_again_and_holds_up_no_other(shop: Shop, kind: Kind) -> None:
    def react(event: ConsumedEvent) -> None:
        if event.payload["number"] in (3, 4) and event.attempt == 1:
            raise OSError

    one = reader(shop, kind, react=react)
    publish(shop, 50)
    shop.consumed(lambda: one.consumer.counts.done == 50, one.consumer)
    assert Counter(one.numbers()) == Counter([*range(50), 3, 4])


def test_consumers_that_only_fail_lose_nothing(shop: Shop, kind: Kind) -> None:
    def fail(event: ConsumedEvent) -> None:
        if event.attempt <= 5:
            raise OSError

    one = reader(shop, kind, react=fail)
    publish(shop, 20)
    shop.consumed(lambda: one.consumer.counts.done == 20, one.consumer)
    assert Counter(one.numbers()) == Counter([*range(20)] * 6)
    assert shop.left("dead") == 0


def test_each_queue_gets_all_of_its_events_and_no_others(shop: Shop, kind: Kind) -> None:
    readers = {queue: reader(shop, kind, queue) for queue in ("orders", "audit", "payments")}
    publish(shop, 10)
    publish(shop, 5, "paid")
    shop.consumed(
        lambda: sum(one.consumer.counts.done for one in readers.values()) == 25,
        *(one.consumer for one in readers.values()),
    )
    assert {queue: sorted(one.numbers()) for queue, one in readers.items()} == {
        "orders": list(range(10)),
        "audit": list(range(10)),
        "payments": list(range(5)),
    }
    assert {event.name for event in readers["payments"].got} == {"paid"}


def test_events_of_one_key_come_in_order(shop: Shop, kind: Kind) -> None:
    one = reader(shop, kind, order_by="region")
    regions = [str(number % 16) for number in range(160)]
    with shop.publisher() as publisher:
        pairs = [("placed", {"number": number, "region": region}) for number, region in enumerate(regions)]
        assert all(receipt.ok for receipt in publisher.publish_many(pairs))
    shop.consumed(lambda: one.consumer.counts.done == 160, one.consumer)
    came = defaultdict[str, list[int]](list)
    for event in one.got:
        came[event.payload["region"]].append(event.payload["number"])
    assert came == {str(region): list(range(region, 160, 16)) for region in range(16)}


def test_each_event_has_a_context_of_its_own(shop: Shop, kind: Kind) -> None:
    seen, order = list[str](), contextvars.ContextVar("order", default="none")

    def react(event: ConsumedEvent) -> None:
        seen.append(order.get())
        order.set(event.payload["region"])

    one = reader(shop, kind, react=react, workers=1)
    token = order.set("the publisher's")
    publish(shop, 3)
    shop.consumed(lambda: one.consumer.counts.done == 3, one.consumer)
    order.reset(token)
    assert len(set(seen)) == 1
    assert "eu" not in seen


def test_nothing_more_comes_before_what_came_is_done(live: Live, kind: Kind) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_: ConsumedEvent) -> None:
        begun.set()
        go_on.wait(20)

    one = reader(live, kind, react=wait, workers=1, prefetch=1)
    publish(live, 2)
    with working(one.consumer):
        assert begun.wait(20)
        await_true(lambda: live.left("orders") == 1)
        assert one.numbers() == [0]
        go_on.set()
        await_true(lambda: one.consumer.counts.done == 2)
    assert one.numbers() == [0, 1]


def test_many_at_one_queue_share_its_events(live: Live, kind: Kind) -> None:
    together = threading.Barrier(2)

    def meet(event: ConsumedEvent) -> None:
        if event.payload["number"] < 2:
            together.wait(20)

    readers = [reader(live, kind, react=meet, workers=1, prefetch=1) for _ in range(5)]
    with working(*(one.consumer for one in readers)):
        live.desk.shop.await_consumer("orders")
        publish(live, 200)
        await_true(lambda: sum(one.consumer.counts.done for one in readers) == 200)
    assert Counter(number for one in readers for number in one.numbers()) == Counter(range(200))
    assert sum(bool(one.got) for one in readers) > 1


def test_consumers_that_end_in_the_middle_leave_the_rest_to_the_next(live: Live, kind: Kind) -> None:
    publish(live, 200)
    readers = list[Reader]()

    def stop_in_the_middle(_: ConsumedEvent) -> None:
        if len(readers[-1].got) == 50:
            readers[-1].consumer.stop()

    while sum(one.consumer.counts.done for one in readers) < 200:
        readers.append(reader(live, kind, react=stop_in_the_middle, workers=2))
        left = 200 - sum(one.consumer.counts.done for one in readers)
        live.consumed(lambda left=left: readers[-1].consumer.counts.done >= min(50, left), readers[-1].consumer)  # type: ignore[misc]
    assert Counter(number for one in readers for number in one.numbers()) == Counter(range(200))


def test_consumers_that_end_at_once_lose_nothing(live: Live, kind: Kind) -> None:
    publish(live, 50)
    ended = [reader(live, kind, react=lambda _: ended[0].consumer.stop(), workers=1) for _ in range(5)]
    with working(*(one.consumer for one in ended)):
        pass
    last = reader(live, kind)
    with working(last.consumer):
        await_true(lambda: sum(one.consumer.counts.done for one in [*ended, last]) == 50)
    assert Counter(number for one in [*ended, last] for number in one.numbers()) == Counter(range(50))


def test_what_a_publisher_took_before_it_was_closed_comes(live: Live, kind: Kind) -> None:
    with live.publisher() as publisher, ThreadPoolExecutor(20) as threads:
        receipts = threads.map(lambda n: publisher.publish("placed", {"number": n, "region": "eu"}), range(500))
        assert all(receipt.ok for receipt in receipts)
    one = reader(live, kind)
    live.consumed(lambda: one.consumer.counts.done == 500, one.consumer)
    assert sorted(one.numbers()) == list(range(500))


def test_lost_connections_are_made_again_while_events_are_published(live: Live, kind: Kind) -> None:
    with live.desk.shop.proxy() as proxy:
        cuts = {10, 60}

        def cut(event: ConsumedEvent) -> None:
            if event.payload["number"] in cuts:
                cuts.discard(event.payload["number"])
                proxy.cut()

        one = reader(live, kind, react=cut)
        one.consumer.address = live.desk.consumer(proxy.port).address
        with working(one.consumer):
            publish(live, 100)
            await_true(lambda: set(one.numbers()) == set(range(100)) and live.left("orders") == 0)
    assert not cuts
