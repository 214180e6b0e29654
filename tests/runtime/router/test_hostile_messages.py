"""What any client that may publish can do to the router: nothing is lost, nothing stops."""

import struct
from datetime import UTC, datetime
from decimal import Decimal

import pika
import pytest

from tests.runtime.router.filtered_shop import (
    BOTH,
    FRAME_MAX,
    OWN,
    Shop,
    running,
    send,
    send_raw,
)


@pytest.mark.parametrize(
    ("room", "fits"), [(0, False), (1, False), (40, False), (90, False), (250, True), (1000, True)]
)
def test_headers_that_fill_a_frame_go_on_or_aside(shop: Shop, room: int, fits: bool) -> None:
    with shop.channel() as channel:
        properties = pika.BasicProperties(headers={"long": ""})
        size = FRAME_MAX - 8 - 12 - len(b"".join(properties.encode())) - room
        send(channel, "order.eu.placed", BOTH, headers={"long": "x" * size})
        send(channel, "order.eu.placed", b"not JSON", headers={"long": "x" * size})
        send(channel, "order.eu.placed", BOTH)
    found = shop.routed()
    assert found.counts.passed == 3 - found.counts.refused
    assert found.counts.reconnected == 0
    shop.await_ready(OWN.refused, found.counts.refused)
    aside = shop.taken(OWN.refused)
    assert [len((properties.headers or {})["long"]) for _, properties, _ in aside] == [size] * found.counts.refused
    assert shop.held().get("vip") == found.counts.passed
    assert found.counts.passed == 1 + fits


def table(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def nested(depth: int) -> bytes:
    found = table(b"")
    for _ in range(depth):
        found = table(b"\x01aF" + found)
    return found


AFTER_TIME = table(b"\x01aT" + struct.pack(">Q", 2**62))


@pytest.mark.parametrize(
    "headers",
    [
        {"x-edatool-for": "queue big", "x-edatool-exchange": "front", "x-edatool-key": "x", "x-edatool-router": "a.1"},
        {"x-edatool-for": ["queue big"], "x-edatool-exchange": 1, "x-edatool-key": None, "x-edatool-router": {"a": 1}},
        {"CC": ["~stuck", "~0123456789~stuck", "order.eu.placed"]},
        {"x-death": [{"queue": OWN.stuck, "reason": "expired", "count": 1, "exchange": "", "routing-keys": ["x"]}]},
        {"x-first-death-queue": OWN.intake, "x-delivery-count": 10**6, "x-match": "any"},
        {"list": [[[[{"a": [None, True, Decimal("1.5"), -(2**63)]}]]]], "\u20ac" * 80: "\U0001f600" * 100},
        {"when": datetime(9999, 12, 31, tzinfo=UTC), "bytes": b"\xff\xfe"},
    ],
)
def test_hostile_headers_change_nothing(shop: Shop, headers: dict[str, object]) -> None:
    with shop.channel() as channel:
        send(channel, "order.eu.placed", {"vip": True}, headers=headers)
        send(channel, "order.eu.placed", BOTH)
    found = shop.routed()
    assert (found.counts.passed, found.counts.refused, found.counts.reconnected) == (2, 0, 0)
    assert shop.held() == {"all": 2, "vip": 2, "big": 1, "both": 1}


@pytest.mark.parametrize("headers", [nested(2000), AFTER_TIME], ids=["nested", "time"])
def test_headers_that_cannot_be_read_are_put_aside(shop: Shop, headers: bytes) -> None:
    with shop.channel() as channel:
        send_raw(channel, "order.eu.placed", BOTH, headers)
        send(channel, "order.eu.placed", BOTH)
    found = shop.routed()
    assert (found.counts.passed, found.counts.refused, found.counts.reconnected) == (1, 1, 0)
    shop.await_ready(OWN.refused, 1)


def test_copies_of_what_is_put_aside_reach_no_queue_that_they_name(shop: Shop) -> None:
    with shop.channel() as channel:
        send(channel, "order.eu.placed", b"not JSON", headers={"CC": ["behind"]})
    shop.routed()
    assert shop.held() == {"all": 1, OWN.refused: 1}
    ((_, properties, _),) = shop.taken(OWN.refused)
    with shop.channel() as channel:
        send(channel, OWN.intake, {"vip": True}, exchange="", headers=properties.headers)
    shop.routed()
    ((_, properties, _),) = shop.taken("vip")
    assert properties.headers
    assert properties.headers["CC"] == ["behind"]
    assert "x-edatool-reason" not in properties.headers


def test_what_a_consumer_publishes_again_is_evaluated_again(shop: Shop) -> None:
    working = shop.router()
    with running(working), shop.channel() as channel:
        send(channel, "order.eu.placed", {"vip": True})
        shop.await_ready("vip", 1)
        ((_, properties, body),) = shop.taken("vip")
        for _ in range(10):
            channel.basic_publish("events", "order.eu.placed", body, properties)
            channel.basic_publish(OWN.filters, "order.eu.placed", body, properties)
        shop.await_ready("vip", 20)
    assert working.counts.reconnected == 0


@pytest.mark.parametrize("body", [b"[" * 100_000, b"1" * 100_000, b'{"total": 1e999}', b'{"vip": "\\ud800"}', b""])
def test_hostile_payloads_are_judged_one_by_one(shop: Shop, body: bytes) -> None:
    with shop.channel() as channel:
        send(channel, "order.eu.placed", body)
        send(channel, "order.eu.placed", BOTH)
    found = shop.routed()
    assert found.counts.passed == 1
    assert found.counts.refused + found.counts.filtered == 1


def test_a_death_history_by_which_rabbitmq_would_fail_is_not_dead_lettered(shop: Shop) -> None:
    deaths = b"S" + table(b"no table")
    headers = table(AFTER_TIME[4:] + b"\x07x-deathA" + table(deaths))
    with shop.channel() as channel:
        send_raw(channel, "order.eu.placed", BOTH, headers)
        send(channel, "order.eu.placed", BOTH)
    found = shop.routed()
    assert (found.counts.passed, found.counts.refused, found.counts.reconnected) == (1, 1, 0)
    ((_, kept, body),) = shop.taken(OWN.refused)
    assert (body, kept.headers and kept.headers["x-edatool-key"]) == (BOTH, "order.eu.placed")


def test_what_is_put_aside_without_its_headers_goes_nowhere_else(shop: Shop) -> None:
    deaths = [{"queue": 1}]
    with shop.channel() as channel:
        properties = pika.BasicProperties(headers={"long": "", "x-death": deaths})
        long = "x" * (FRAME_MAX - 8 - 12 - len(b"".join(properties.encode())) - 40)
        send(channel, "order.eu.placed", BOTH, headers={"long": long, "x-death": deaths})
        send(channel, "order.eu.placed", BOTH)
    found = shop.routed()
    assert (found.counts.passed, found.counts.refused, found.counts.reconnected) == (1, 1, 0)
    assert shop.held() == {"all": 2, "both": 1, "big": 1, "vip": 1, OWN.refused: 1}
