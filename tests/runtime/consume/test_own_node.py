"""A node of these tests alone that is started anew, short of memory, and impatient: nothing is lost, nothing stops."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool import ConsumedEvent
from edatool.broker.consume import patience
from tests.broker_fixtures import Server, fresh_vhost
from tests.node_control import control
from tests.runtime.consume.paid_shop import Desk, await_true, working
from tests.runtime.consume.paid_shop import desk as made

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(own_server: Server, tmp_path: Path) -> Iterator[Desk]:
    with fresh_vhost(own_server) as vhost:
        yield made(vhost, tmp_path)


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


def test_a_consumer_waits_while_the_broker_is_short_of_memory(desk: Desk, own_folder: Path) -> None:
    consumer = desk.consumer()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        if event.attempt == 1:
            control(own_folder, "set_vm_memory_high_watermark", "0.00001")
            raise ValueError("no stock")

    desk.publish("settled", "A-1")
    try:
        with working(consumer):
            await_true(lambda: any("short of memory" in one for one in desk.told))
            assert consumer.counts.done == 0
            control(own_folder, "set_vm_memory_high_watermark", "0.6")
            await_true(lambda: consumer.counts.done == 1)
    finally:
        control(own_folder, "set_vm_memory_high_watermark", "0.6")
    assert desk.told[1:] == ["the broker is short of memory or disk: events wait", "events go on"]


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
