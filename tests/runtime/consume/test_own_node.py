"""A node of these tests alone that is started anew, short of memory, and impatient: nothing is lost, nothing stops."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool import ConsumedEvent, Publisher
from edatool.broker.consume import patience
from tests.broker_fixtures import Server, fresh_vhost
from tests.node_control import control
from tests.runtime.consume.paid_shop import Desk, await_true, working
from tests.runtime.consume.paid_shop import desk as made

pytestmark = pytest.mark.slow

SHORT = "the broker is short of memory or disk: events wait"


@pytest.fixture
def desk(own_server: Server, tmp_path: Path) -> Iterator[Desk]:
    with fresh_vhost(own_server) as vhost:
        yield made(vhost, tmp_path)


@pytest.mark.parametrize(
    ("short", "enough"),
    [
        (["set_vm_memory_high_watermark", "0.00001"], ["set_vm_memory_high_watermark", "0.6"]),
        (["set_disk_free_limit", "1000000GB"], ["set_disk_free_limit", "1MB"]),
    ],
    ids=["memory", "disk"],
)
def test_nothing_is_lost_of_what_handlers_publish_and_retry_while_the_broker_is_short_of(
    desk: Desk, own_folder: Path, tmp_path: Path, short: list[str], enough: list[str]
) -> None:
    orders = [str(number) for number in range(12)]
    begun, is_short = threading.Event(), threading.Event()
    consumer = desk.consumer(workers=4)
    directly = Publisher(desk.routes, desk.address, timeout=60)
    kept = Publisher(desk.routes, desk.address, outbox=tmp_path / "outbox.db")

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        begun.set()
        assert is_short.wait(30)
        order = event.payload["order"]
        if event.attempt == 1 and int(order) % 2:
            raise ValueError("no stock")
        for publisher, way in ((directly, "direct"), (kept, "kept")):
            assert publisher.publish("noted", {"text": order}, f"{way}-{order}").ok

    desk.publish("settled", *orders)
    try:
        with directly, kept, working(consumer):
            assert begun.wait(30)
            control(own_folder, *short)
            is_short.set()
            await_true(lambda: SHORT in desk.told)
            assert (consumer.counts.done, desk.ready("plain")) == (0, 0)
            control(own_folder, *enough)
            await_true(lambda: consumer.counts.done == len(orders))
            desk.shop.await_ready("plain", 2 * len(orders))
    finally:
        control(own_folder, *enough)
    ids = [properties.message_id for properties, _ in desk.taken("plain")]
    assert sorted(ids) == sorted(f"{way}-{order}" for way in ("direct", "kept") for order in orders)
    assert desk.ready("retried") == 0
    assert [one for one in desk.told if "tried again" not in one] == [SHORT, "events go on"]


def test_a_consumer_ends_in_time_also_while_the_broker_takes_nothing(
    desk: Desk, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "END_WITHIN", 1.0)
    consumer = desk.consumer(grace=0.5)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        control(own_folder, "set_vm_memory_high_watermark", "0.00001")
        raise ValueError("no stock")

    desk.publish("settled", "A-1")
    try:
        with working(consumer):
            await_true(lambda: any("short of memory" in one for one in desk.told))
            began = time.monotonic()
        assert time.monotonic() - began < 10
    finally:
        control(own_folder, "set_vm_memory_high_watermark", "0.6")
    assert desk.told[-1].endswith(" does not answer")
    desk.shop.await_ready("retried", 1)


def test_a_handler_that_takes_longer_than_the_broker_allows_loses_its_event_to_another(
    desk: Desk, own_folder: Path, own_server: Server
) -> None:
    limits = "application:set_env(rabbit, channel_tick_interval, 500), application:set_env(rabbit, consumer_timeout, "
    control(own_folder, "eval", f"{limits} 1000).")
    go_on, tries = threading.Event(), list[bool]()
    consumer = desk.consumer(workers=2)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        tries.append(event.redelivered)
        if len(tries) == 1:
            go_on.wait(30)

    desk.publish("settled", "A-1")
    try:
        with working(consumer):
            await_true(lambda: tries[1:] == [True])
            go_on.set()
            await_true(lambda: desk.ready("retried") == 0)
    finally:
        control(own_folder, "eval", f"{limits} 1800000).")
    assert "consumer_timeout" in desk.told[0]


# Comes last: RabbitMQ 3.10.8 declares no quorum queue any more (INTERNAL_ERROR) where at-least-once ones are deleted
# while their dead-letter workers begin, as is done here when the test ends soon after the node has started.
def test_a_consumer_outlives_its_broker_and_no_event_is_lost(desk: Desk, own_folder: Path) -> None:
    done, half = Counter[str | None](), threading.Event()
    consumer = desk.consumer(workers=2)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        done[event.id] += 1
        if len(done) == 100:
            half.set()

    desk.publish("settled", *map(str, range(200)))
    with working(consumer):
        assert half.wait(30)
        control(own_folder, "stop_app")
        await_true(lambda: any("trying again" in one for one in desk.told))
        control(own_folder, "start_app")
        await_true(lambda: len(done) == 200)
        await_true(lambda: desk.ready("retried") == 0)
