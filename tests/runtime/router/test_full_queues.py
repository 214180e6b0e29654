"""Destinations that take no messages: what is for them waits, and all else goes on."""

from collections import Counter
from collections.abc import Callable

import pytest

from edatool.broker.consume import fullness
from tests.runtime.router.filtered_shop import (
    BOTH,
    OWN,
    SPEC,
    Shop,
    await_true,
    running,
    send,
)

MOST = 100
FULL = SPEC.replace("queues: {big: {},", f"queues: {{big: {{max_length: {MOST}, overflow: reject-publish}},")


@pytest.fixture
def full_shop(new_shop: Callable[[str], Shop], monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop of the test alone, whose queue ``big`` is full."""
    monkeypatch.setattr(fullness, "LONGEST_PAUSE", 0.5)
    shop = new_shop(FULL)
    with shop.channel() as channel:
        for _ in range(MOST):
            send(channel, "big", {}, exchange="")
    return shop


def test_a_full_queue_neither_floods_nor_holds_up_the_others(full_shop: Shop) -> None:
    with full_shop.channel() as channel:
        for number in range(60):
            send(channel, "order.eu.placed", BOTH, message_id=str(number))
    routers = [full_shop.router(prefetch=10) for _ in range(2)]
    with running(*routers):
        full_shop.await_ready("vip", 60)
        with full_shop.channel() as channel:
            for _ in range(40):
                send(channel, "order.eu.placed", {"vip": True})
        full_shop.await_ready("vip", 100)
        await_true(lambda: sum(one.counts.stuck for one in routers) == 60)
        assert full_shop.purged("big") == MOST
        full_shop.await_ready("big", 60)
    assert full_shop.held() == {"big": 60, "vip": 100, "both": 60, "all": 100}
    ids = Counter(properties.message_id for _, properties, _ in full_shop.taken("big"))
    assert ids == Counter(map(str, range(60)))


def test_what_waits_for_a_full_queue_outlives_the_router_and_is_as_it_was(full_shop: Shop) -> None:
    with full_shop.channel() as channel:
        send(channel, "order.eu.placed", BOTH, message_id="m", headers={"price": 1, "CC": ["copy"]}, priority=3)
    first = full_shop.router()
    with running(first):
        await_true(lambda: first.counts.stuck == 1)
    full_shop.await_ready(OWN.stuck, 1)
    assert len(full_shop.taken("big")) == MOST
    full_shop.routed()
    ((method, properties, body),) = full_shop.taken("big")
    assert (method.exchange, method.routing_key, body) == (OWN.filters, "order.eu.placed", BOTH)
    assert (properties.message_id, properties.priority) == ("m", 3)
    headers = dict(properties.headers or {})
    headers.pop("x-edatool-router")
    assert headers == {"price": 1, "CC": ["copy"], "x-edatool-exchange": "events"}
    assert full_shop.held() == {"vip": 1, "both": 1, "all": 1}


def test_what_is_put_among_those_that_wait_waits_for_each_full_queue(
    new_shop: Callable[[str], Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fullness, "LONGEST_PAUSE", 0.5)
    full = "{max_length: 1, overflow: reject-publish}"
    shop = new_shop(SPEC.replace("big: {}, vip: {}", f"big: {full}, vip: {full}"))
    working = shop.router()
    with shop.channel() as channel:
        for queue in ("big", "vip"):
            send(channel, queue, {}, exchange="")
        published = {"x-edatool-exchange": "events", "x-edatool-key": "order.eu.placed"}
        send(channel, OWN.stuck, BOTH, exchange="", headers=published)
    with running(working):
        await_true(lambda: working.counts.failed >= 2)
        for queue in ("big", "vip"):
            assert shop.purged(queue) == 1
        await_true(lambda: working.counts.passed == 1)
    assert shop.held() == {"big": 1, "vip": 1, "both": 1}


def test_a_deleted_destination_holds_up_no_other(own_shop: Shop) -> None:
    with own_shop.channel() as channel:
        channel.queue_delete("big")
        for _ in range(30):
            send(channel, "order.eu.placed", BOTH)
    working = own_shop.router(prefetch=5)
    with running(working):
        own_shop.await_ready("vip", 30)
        await_true(lambda: working.counts.stuck == 30)
    own_shop.await_ready(OWN.stuck, 30)
    assert working.counts.reconnected == 0


def test_a_full_queue_of_what_was_refused_holds_up_nothing(own_shop: Shop) -> None:
    limits = {"pattern": "refused$", "definition": {"max-length": 1, "overflow": "reject-publish"}}
    own_shop.vhost.api.put(f"/api/policies/{own_shop.vhost.quoted}/small", json=limits).raise_for_status()
    with own_shop.channel() as channel:
        for _ in range(30):
            send(channel, "order.eu.placed", b"not JSON")
        send(channel, "order.eu.placed", BOTH)
    working = own_shop.router(prefetch=5)
    with running(working):
        own_shop.await_ready("vip", 1)
