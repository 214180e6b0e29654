"""Connections, queues and brokers that go away while events are consumed."""

import threading
import time
from collections import Counter
from itertools import pairwise

import pika
import pytest

from edatool import BrokerRefused, BrokerUnreachable, ConsumedEvent
from tests.proxy import Proxy
from tests.runtime.consume.paid_shop import Desk, await_true, working


def proxy_of(desk: Desk) -> Proxy:
    return Proxy((desk.address.host, desk.address.port))


def test_a_lost_connection_is_made_again_and_no_event_is_lost(desk: Desk) -> None:
    done = Counter[str | None]()
    with proxy_of(desk) as proxy:
        consumer = desk.consumer(proxy.port, workers=4)

        @consumer.on("settled", "failed")
        def handle(event: ConsumedEvent) -> None:
            done[event.id] += 1
            if len(done) == 50 and done[event.id] == 1:
                proxy.cut()

        desk.publish("settled", *map(str, range(200)))
        with working(consumer):
            await_true(lambda: len(done) == 200 and desk.ready("retried") == 0)
    assert sum(done.values()) <= 200 + 16
    (told,) = desk.told
    assert told.endswith(" was lost: trying again in 0.5 s")


def test_a_broker_that_is_not_there_at_the_start_is_an_error(desk: Desk) -> None:
    with proxy_of(desk) as proxy:
        proxy.refuse()
        consumer = desk.consumer(proxy.port)
        consumer.on("settled", "failed")(print)
        with pytest.raises(BrokerUnreachable):
            consumer.run()


@pytest.mark.parametrize("name", ["retried", "retried.retry.400ms"])
def test_a_spec_that_was_not_applied_is_an_error_at_the_start(desk: Desk, name: str) -> None:
    with desk.shop.channel() as channel:
        channel.queue_delete(name)
    consumer = desk.consumer()
    consumer.on("settled", "failed")(print)
    with pytest.raises(BrokerRefused, match=rf"no queue '{name}' in vhost .*: run edatool apply"):
        consumer.run()


def test_a_queue_that_was_deleted_is_read_again_once_it_is_back_and_others_meanwhile(desk: Desk) -> None:
    consumer = desk.consumer()
    consumer.on(queue="plain")(print)
    consumer.on("settled", "failed")(print)
    with working(consumer):
        desk.shop.await_consumer("plain")
        with desk.shop.channel() as channel:
            channel.queue_delete("plain")
        await_true(lambda: len(desk.told) == 1)
        desk.publish("settled", "A-1")
        await_true(lambda: consumer.counts.done == 1)
        arguments = {"x-queue-type": "classic", "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
        with desk.shop.channel() as channel:
            channel.queue_declare("plain", durable=True, arguments=arguments)
            channel.basic_publish("", "plain", b'{"text": ""}', pika.BasicProperties(type="noted"))
        await_true(lambda: consumer.counts.done == 2)
    assert desk.told == [
        "queue 'plain' is read no more (it was deleted, its node went down, or an event took longer than"
        " consumer_timeout): it is read again as soon as that goes",
        "queue 'plain' is read again",
    ]


def test_a_retry_waits_in_hand_until_its_delay_queue_is_back(desk: Desk) -> None:
    tries = list[int]()
    consumer = desk.consumer()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        tries.append(event.attempt)
        if len(tries) == 1:
            with desk.shop.channel() as channel:
                channel.queue_delete("retried.retry.200ms")
            raise ValueError("no stock")

    desk.publish("settled", "A-1")
    with working(consumer):
        await_true(lambda: any("leads a message nowhere" in one for one in desk.told))
        assert tries == [1]
        arguments = desk.routes.topology.queues["retried.retry.200ms"].arguments
        with desk.shop.channel() as channel:
            channel.queue_declare("retried.retry.200ms", durable=True, arguments=dict(arguments))
        await_true(lambda: consumer.counts.done == 1)
    assert tries == [1, 2]
    assert desk.ready("retried") == 0


def test_a_slow_handler_holds_up_no_acknowledgement_of_others(desk: Desk) -> None:
    go_on = threading.Event()
    consumer = desk.consumer(workers=2, prefetch=4)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        if event.id == "m-0":
            go_on.wait(30)

    desk.publish("settled", *map(str, range(100)))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 99)
        go_on.set()


def test_losses_of_a_consumer_cost_an_event_none_of_its_retries(desk: Desk) -> None:
    handled, waits = 0, list[float]()
    with proxy_of(desk) as proxy:
        consumer = desk.consumer(proxy.port, workers=1)

        @consumer.on("settled", "failed")
        def handle(event: ConsumedEvent) -> None:
            nonlocal handled
            handled += 1
            if handled <= 2:
                proxy.cut()
                await_true(lambda: len(desk.told) == handled)
                return
            waits.append(time.monotonic())
            raise OSError("no stock")

        desk.publish("settled", "A-1")
        with working(consumer):
            (dead,) = desk.dead()
    first, second = (later - earlier for earlier, later in pairwise(waits))
    assert first >= 0.2
    assert second >= 0.4
    assert dead.headers["x-edatool-reason"] == "it failed 3 times, the last time with OSError: no stock"
    assert dead.headers["x-edatool-attempts"] >= 5
