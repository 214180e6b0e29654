"""Connections, queues and brokers that go away while events are consumed."""

import secrets
import socket
import threading
import time
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from edatool import BrokerRefused, BrokerUnreachable, ConsumedEvent
from tests.proxy import Proxy
from tests.runtime.consume.paid_shop import Desk, await_true, working
from tests.runtime.consume.paid_shop import desk as made

NOTE = b'{"text": ""}'


def proxy_of(desk: Desk) -> Proxy:
    return Proxy((desk.address.host, desk.address.port))


def declare_plain(desk: Desk) -> None:
    arguments = {"x-queue-type": "classic", "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
    with desk.shop.channel() as channel:
        channel.queue_declare("plain", durable=True, arguments=arguments)
        channel.queue_bind("plain", "events", "note")


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
        declare_plain(desk)
        desk.send("events", "note", NOTE, type="noted")
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


def test_after_a_lost_connection_no_queue_waits_for_another_that_is_gone(desk: Desk) -> None:
    with proxy_of(desk) as proxy:
        consumer = desk.consumer(proxy.port)
        consumer.on(queue="plain")(print)
        consumer.on("settled", "failed")(print)
        with working(consumer):
            desk.shop.await_consumer("plain")
            with desk.shop.channel() as channel:
                channel.queue_delete("plain")
            await_true(lambda: len(desk.told) == 1)
            proxy.cut()
            desk.publish("settled", "A-1")
            await_true(lambda: consumer.counts.done == 1)
            await_true(lambda: len(desk.told) == 3)
            declare_plain(desk)
            desk.send("events", "note", NOTE, type="noted")
            await_true(lambda: consumer.counts.done == 2)
    _, lost, gone, *back = desk.told
    assert lost.endswith(" was lost: trying again in 0.5 s")
    assert gone.startswith("queue 'plain' is read no more (NOT_FOUND - no queue 'plain' in vhost ")
    assert back == ["queue 'plain' is read again"]


def test_an_event_in_work_while_its_queue_is_deleted_and_declared_again_ends_nothing(desk: Desk) -> None:
    begun, go_on = threading.Event(), threading.Event()
    consumer = desk.consumer(workers=2)

    @consumer.on(queue="plain")
    def handle(event: ConsumedEvent) -> None:
        begun.set()
        assert go_on.wait(20)

    desk.send("events", "note", NOTE, type="noted")
    with working(consumer):
        assert begun.wait(20)
        with desk.shop.channel() as channel:
            channel.queue_delete("plain")
        declare_plain(desk)
        go_on.set()
        await_true(lambda: consumer.counts.done == 1)
        desk.send("events", "note", NOTE, type="noted")
        await_true(lambda: consumer.counts.done == 2)
    assert [text for text in desk.told if "trying again" in text] == []
    assert desk.ready("plain") == 0


def test_a_vhost_that_was_deleted_is_read_again_once_it_is_back(desk: Desk, tmp_path: Path) -> None:
    consumer, vhost = desk.consumer(), desk.shop.vhost
    consumer.on("settled", "failed")(print)
    with working(consumer):
        desk.shop.await_consumer("retried")
        vhost.api.delete(f"/api/vhosts/{vhost.quoted}").raise_for_status()
        await_true(lambda: any("trying again" in one for one in desk.told))
        vhost.api.put(f"/api/vhosts/{vhost.quoted}").raise_for_status()
        made(vhost, tmp_path).publish("settled", "A-1")
        await_true(lambda: consumer.counts.done == 1)


def test_a_password_or_permission_that_is_taken_away_is_told_and_waited_for(desk: Desk) -> None:
    api, name = desk.shop.vhost.api, f"test-{secrets.token_hex(4)}"
    user, permission = f"/api/users/{name}", f"/api/permissions/{desk.shop.vhost.quoted}/{name}"
    all_of_it = {"configure": ".*", "write": ".*", "read": ".*"}
    api.put(user, json={"password": "one", "tags": ""}).raise_for_status()
    api.put(permission, json=all_of_it).raise_for_status()
    with proxy_of(desk) as proxy:
        consumer = desk.consumer(proxy.port)
        consumer.address = replace(consumer.address, user=name, password="one")
        consumer.on("settled", "failed")(print)

        def lose(path: str, without: dict[str, str], words: str) -> None:
            api.put(path, json=without).raise_for_status()
            proxy.cut()
            await_true(lambda: any(words in one for one in desk.told))

        with working(consumer):
            desk.shop.await_consumer("retried")
            lose(user, {"password": "two", "tags": ""}, "refuses the user")
            api.put(user, json={"password": "one", "tags": ""}).raise_for_status()
            desk.shop.await_consumer("retried")
            lose(permission, {"configure": "", "write": "", "read": ""}, "ACCESS_REFUSED")
            api.put(permission, json=all_of_it).raise_for_status()
            desk.publish("settled", "A-1")
            await_true(lambda: consumer.counts.done == 1)
    api.delete(user).raise_for_status()


def test_a_name_with_several_addresses_leads_to_one_that_answers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def resolved(host: str, *rest: Any, **options: Any) -> list[Any]:
        hosts = ("127.0.0.2", "127.0.0.1") if host == "brokers.test" else (host,)
        return [address for one in hosts for address in known(one, *rest, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with proxy_of(desk) as proxy:
        consumer = desk.consumer(proxy.port)
        consumer.address = replace(consumer.address, host="brokers.test")
        consumer.on("settled", "failed")(print)
        desk.publish("settled", "A-1")
        with working(consumer):
            await_true(lambda: consumer.counts.done == 1)
