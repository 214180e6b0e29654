"""What any client that may publish can do to the router, and what full queues can: nothing is lost, nothing stops."""

import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pika
import pytest

from edatool.broker.address import Address, parse
from edatool.broker.delivery import Delivery
from edatool.broker.passing import fullness, patience
from edatool.checks.load import Checked
from edatool.errors import BrokerUnreachable
from edatool.runtime import router
from edatool.runtime.evaluation import Evaluated, Evaluation
from edatool.runtime.router import FilterRouter
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.runtime.filtered_shop import (
    OWN,
    SPEC,
    applied,
    await_consumer,
    await_ready,
    held,
    plain,
    routed,
    send,
    spec,
    taken,
)
from tests.silent_broker import silent_broker

MOST = 100
FULL = SPEC.replace("queues: {big: {},", f"queues: {{big: {{max_length: {MOST}, overflow: reject-publish}},")
WIDE = '{"total": 1, "vip": true, "number": %d}'
BOTH = b'{"total": 100, "vip": true}'


@contextmanager
def running(*routers: FilterRouter) -> Iterator[None]:
    threads = [threading.Thread(target=one.run) for one in routers]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        for each in routers:
            each.stop()
        for one in threads:
            one.join(30)
        assert not any(one.is_alive() for one in threads)


def await_true(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def purged(address: Address, vhost: str, queue: str) -> int:
    with plain(address, vhost) as channel:
        count: int = channel.queue_purge(queue).method.message_count
    return count


@pytest.fixture
def shop(vhost: Vhost, tmp_path: Path) -> tuple[Address, Checked]:
    checked = spec(tmp_path)
    return applied(vhost, checked), checked


@pytest.fixture
def full_shop(vhost: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Address, Checked]:
    """A shop whose queue ``big`` is full."""
    monkeypatch.setattr(fullness, "LONGEST_PAUSE", 0.5)
    checked = spec(tmp_path, FULL)
    address = applied(vhost, checked)
    with plain(address, vhost.name) as channel:
        for _ in range(MOST):
            send(channel, "big", {}, exchange="")
    return address, checked


def test_messages_that_share_an_id_are_different_ones_after_a_reconnect(
    vhost: Vhost, shop: tuple[Address, Checked], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, checked = shop
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    count = 400
    with plain(address, vhost.name) as channel:
        for number in range(count):
            send(channel, "order.eu.placed", (WIDE % number).encode(), message_id="the same")
    with Proxy((address.host, address.port)) as proxy:
        through = parse(vhost.url.replace(f":{address.port}/", f":{proxy.port}/"))
        working = FilterRouter(through, vhost.name, checked.spec, prefetch=50)
        evaluate = working._evaluation.of

        def of(delivery: Delivery) -> Evaluated:
            if working.counts.passed >= 100 and not working.counts.reconnected:
                proxy.cut()
            return evaluate(delivery)

        monkeypatch.setattr(Evaluation, "of", lambda _, delivery: of(delivery))
        with running(working):
            await_true(lambda: working.counts.reconnected > 0)
            await_ready(address, vhost.name, OWN.intake, 0)
    bodies = Counter(body for _, _, body in taken(address, vhost.name, "vip"))
    assert bodies.keys() == {(WIDE % number).encode() for number in range(count)}


def test_a_full_queue_neither_floods_nor_holds_up_the_others(vhost: Vhost, full_shop: tuple[Address, Checked]) -> None:
    address, checked = full_shop
    with plain(address, vhost.name) as channel:
        for number in range(60):
            send(channel, "order.eu.placed", BOTH, message_id=str(number))
    routers = [FilterRouter(address, vhost.name, checked.spec, prefetch=10) for _ in range(2)]
    with running(*routers):
        await_ready(address, vhost.name, "vip", 60)
        with plain(address, vhost.name) as channel:
            for _ in range(40):
                send(channel, "order.eu.placed", {"vip": True})
        await_ready(address, vhost.name, "vip", 100)
        await_true(lambda: sum(one.counts.stuck for one in routers) == 60)
        assert purged(address, vhost.name, "big") == MOST
        await_ready(address, vhost.name, "big", 60)
    assert held(address, vhost.name) == {"big": 60, "vip": 100, "both": 60, "all": 100}
    ids = Counter(properties.message_id for _, properties, _ in taken(address, vhost.name, "big"))
    assert ids == Counter(map(str, range(60)))


def test_what_waits_for_a_full_queue_outlives_the_router_and_is_as_it_was(
    vhost: Vhost, full_shop: tuple[Address, Checked]
) -> None:
    address, checked = full_shop
    with plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", BOTH, message_id="m", headers={"price": 1, "CC": ["copy"]}, priority=3)
    first = FilterRouter(address, vhost.name, checked.spec)
    with running(first):
        await_true(lambda: first.counts.stuck == 1)
    await_ready(address, vhost.name, OWN.stuck, 1)
    assert len(taken(address, vhost.name, "big")) == MOST
    routed(address, vhost.name, checked)
    ((method, properties, body),) = taken(address, vhost.name, "big")
    assert (method.exchange, method.routing_key, body) == (OWN.filters, "order.eu.placed", BOTH)  # type: ignore[attr-defined]
    assert (properties.message_id, properties.priority) == ("m", 3)
    headers = dict(properties.headers or {})
    headers.pop("x-edatool-router")
    assert headers == {"price": 1, "CC": ["copy"], "x-edatool-exchange": "events"}
    assert held(address, vhost.name) == {"vip": 1, "both": 1, "all": 1}


def test_what_is_put_among_those_that_wait_waits_for_each_full_queue(
    vhost: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fullness, "LONGEST_PAUSE", 0.5)
    full = "{max_length: 1, overflow: reject-publish}"
    checked = spec(tmp_path, SPEC.replace("big: {}, vip: {}", f"big: {full}, vip: {full}"))
    address = applied(vhost, checked)
    working = FilterRouter(address, vhost.name, checked.spec)
    with plain(address, vhost.name) as channel:
        for queue in ("big", "vip"):
            send(channel, queue, {}, exchange="")
        published = {"x-edatool-exchange": "events", "x-edatool-key": "order.eu.placed"}
        send(channel, OWN.stuck, BOTH, exchange="", headers=published)
    with running(working):
        await_true(lambda: working.counts.failed >= 2)
        for queue in ("big", "vip"):
            assert purged(address, vhost.name, queue) == 1
        await_true(lambda: working.counts.passed == 1)
    assert held(address, vhost.name) == {"big": 1, "vip": 1, "both": 1}


def test_a_deleted_destination_holds_up_no_other(vhost: Vhost, shop: tuple[Address, Checked]) -> None:
    address, checked = shop
    with plain(address, vhost.name) as channel:
        channel.queue_delete("big")
        for _ in range(30):
            send(channel, "order.eu.placed", BOTH)
    working = FilterRouter(address, vhost.name, checked.spec, prefetch=5)
    with running(working):
        await_ready(address, vhost.name, "vip", 30)
        await_true(lambda: working.counts.stuck == 30)
    await_ready(address, vhost.name, OWN.stuck, 30)
    assert working.counts.reconnected == 0


def test_a_full_queue_of_what_was_refused_holds_up_nothing(vhost: Vhost, shop: tuple[Address, Checked]) -> None:
    address, checked = shop
    limits = {"pattern": "refused$", "definition": {"max-length": 1, "overflow": "reject-publish"}}
    vhost.api.put(f"/api/policies/{vhost.quoted}/small", json=limits).raise_for_status()
    with plain(address, vhost.name) as channel:
        for _ in range(30):
            send(channel, "order.eu.placed", b"not JSON")
        send(channel, "order.eu.placed", BOTH)
    working = FilterRouter(address, vhost.name, checked.spec, prefetch=5)
    with running(working):
        await_ready(address, vhost.name, "vip", 1)


@pytest.mark.parametrize(
    ("room", "fits"), [(0, False), (1, False), (40, False), (90, False), (250, True), (1000, True)]
)
def test_headers_that_fill_a_frame_go_on_or_aside(
    vhost: Vhost, shop: tuple[Address, Checked], room: int, fits: bool
) -> None:
    address, checked = shop
    with plain(address, vhost.name) as channel:
        properties = pika.BasicProperties(headers={"long": ""})
        size = 131072 - 8 - 12 - len(b"".join(properties.encode())) - room
        send(channel, "order.eu.placed", BOTH, headers={"long": "x" * size})
        send(channel, "order.eu.placed", b"not JSON", headers={"long": "x" * size})
        send(channel, "order.eu.placed", BOTH)
    found = routed(address, vhost.name, checked)
    assert found.counts.passed == 3 - found.counts.refused
    assert found.counts.reconnected == 0
    await_ready(address, vhost.name, OWN.refused, found.counts.refused)
    aside = taken(address, vhost.name, OWN.refused)
    assert [len((properties.headers or {})["long"]) for _, properties, _ in aside] == [size] * found.counts.refused
    assert held(address, vhost.name).get("vip") == found.counts.passed
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
def test_hostile_headers_change_nothing(
    vhost: Vhost, shop: tuple[Address, Checked], headers: dict[str, object]
) -> None:
    address, checked = shop
    with plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", {"vip": True}, headers=headers)
        send(channel, "order.eu.placed", BOTH)
    found = routed(address, vhost.name, checked)
    assert (found.counts.passed, found.counts.refused, found.counts.reconnected) == (2, 0, 0)
    assert held(address, vhost.name) == {"all": 2, "vip": 2, "big": 1, "both": 1}


@pytest.mark.parametrize("headers", [nested(2000), AFTER_TIME], ids=["nested", "time"])
def test_headers_that_cannot_be_read_are_put_aside(
    vhost: Vhost, shop: tuple[Address, Checked], monkeypatch: pytest.MonkeyPatch, headers: bytes
) -> None:
    address, checked = shop
    with plain(address, vhost.name) as channel:
        properties = pika.BasicProperties()
        monkeypatch.setattr(properties, "encode", lambda: [b"\x20\x00", headers])
        channel.basic_publish("events", "order.eu.placed", BOTH, properties)
        send(channel, "order.eu.placed", BOTH)
    found = routed(address, vhost.name, checked)
    assert (found.counts.passed, found.counts.refused, found.counts.reconnected) == (1, 1, 0)
    await_ready(address, vhost.name, OWN.refused, 1)


def test_copies_of_what_is_put_aside_reach_no_queue_that_they_name(vhost: Vhost, shop: tuple[Address, Checked]) -> None:
    address, checked = shop
    with plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", b"not JSON", headers={"CC": ["behind"]})
    routed(address, vhost.name, checked)
    assert held(address, vhost.name) == {"all": 1, OWN.refused: 1}
    ((_, properties, _),) = taken(address, vhost.name, OWN.refused)
    with plain(address, vhost.name) as channel:
        send(channel, OWN.intake, {"vip": True}, exchange="", headers=properties.headers)
    routed(address, vhost.name, checked)
    ((_, properties, _),) = taken(address, vhost.name, "vip")
    assert properties.headers
    assert properties.headers["CC"] == ["behind"]
    assert "x-edatool-reason" not in properties.headers


def test_what_a_consumer_publishes_again_is_evaluated_again(vhost: Vhost, shop: tuple[Address, Checked]) -> None:
    address, checked = shop
    working = FilterRouter(address, vhost.name, checked.spec)
    with running(working), plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", {"vip": True})
        await_ready(address, vhost.name, "vip", 1)
        ((_, properties, body),) = taken(address, vhost.name, "vip")
        for _ in range(10):
            channel.basic_publish("events", "order.eu.placed", body, properties)
            channel.basic_publish(OWN.filters, "order.eu.placed", body, properties)
        await_ready(address, vhost.name, "vip", 20)
    assert working.counts.reconnected == 0


@pytest.mark.parametrize("body", [b"[" * 100_000, b"1" * 100_000, b'{"total": 1e999}', b'{"vip": "\\ud800"}', b""])
def test_hostile_payloads_are_judged_one_by_one(vhost: Vhost, shop: tuple[Address, Checked], body: bytes) -> None:
    address, checked = shop
    with plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", body)
        send(channel, "order.eu.placed", BOTH)
    found = routed(address, vhost.name, checked)
    assert found.counts.passed == 1
    assert found.counts.refused + found.counts.filtered == 1


def test_a_router_of_a_silent_broker_says_so_and_ends_when_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = spec(tmp_path)
    with silent_broker() as silent:
        address = parse(f"amqp://guest:guest@127.0.0.1:{silent.port}/")
        monkeypatch.setattr(patience, "ANSWER_WITHIN", 2.0)
        with pytest.raises(BrokerUnreachable, match="does not answer"):
            FilterRouter(address, "/", checked.spec).run()
        monkeypatch.setattr(patience, "ANSWER_WITHIN", 60.0)
        monkeypatch.setattr(patience, "END_WITHIN", 0.5)
        told = FilterRouter(address, "/", checked.spec)
        threading.Timer(0.5, told.stop).start()
        with pytest.raises(BrokerUnreachable, match="does not answer"):
            told.run()


def test_a_router_whose_broker_falls_silent_ends_when_it_is_told_to(
    vhost: Vhost, shop: tuple[Address, Checked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "END_WITHIN", 0.5)
    address, checked = shop
    ended: list[BaseException] = []
    with Proxy((address.host, address.port)) as proxy:
        through = parse(vhost.url.replace(f":{address.port}/", f":{proxy.port}/"))
        working = FilterRouter(through, vhost.name, checked.spec)

        def run() -> None:
            try:
                working.run()
            except BrokerUnreachable as error:
                ended.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        await_consumer(address, vhost.name, OWN.intake)
        proxy.stall()
        with plain(address, vhost.name) as channel:
            send(channel, "order.eu.placed", BOTH)
        working.stop()
        thread.join(10)
        assert not thread.is_alive()
    assert [str(one) for one in ended] == [f"the broker {through} does not answer"]
    await_ready(address, vhost.name, OWN.intake, 1)


def test_a_broker_that_falls_silent_is_left_for_another_connection(
    vhost: Vhost, shop: tuple[Address, Checked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    address, checked = shop
    with Proxy((address.host, address.port)) as proxy:
        through = parse(vhost.url.replace(f":{address.port}/", f":{proxy.port}/"))
        working = FilterRouter(through, vhost.name, checked.spec)
        evaluate = working._evaluation.of

        def of(_: Evaluation, delivery: Delivery) -> Evaluated:
            if not working.counts.reconnected:
                proxy.stall()
                monkeypatch.setattr(patience, "ANSWER_WITHIN", 0.5)
            return evaluate(delivery)

        monkeypatch.setattr(Evaluation, "of", of)
        with running(working):
            await_consumer(address, vhost.name, OWN.stuck)
            with plain(address, vhost.name) as channel:
                send(channel, "order.eu.placed", {"vip": True})
            await_true(lambda: working.counts.reconnected > 0)
            monkeypatch.setattr(patience, "ANSWER_WITHIN", 30.0)
            proxy.cut()
            await_true(lambda: held(address, vhost.name).get("vip", 0) >= 1)


def test_a_message_for_which_the_broker_closes_the_channel_is_found_and_put_aside(
    vhost: Vhost, shop: tuple[Address, Checked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    address, checked = shop
    with plain(address, vhost.name) as channel:
        for number in range(60):
            send(channel, "order.eu.placed", {"vip": True}, message_id="bad" if number in (20, 40) else str(number))
    evaluate = Evaluation.of

    def of(self: Evaluation, delivery: Delivery) -> Evaluated:
        (way,) = evaluate(self, delivery).ways
        headers = {"CC": "no list"} if delivery.message_id == "bad" else {}
        return Evaluated((replace(way, headers={**way.headers, **headers}),))

    monkeypatch.setattr(Evaluation, "of", of)
    found = routed(address, vhost.name, checked)
    await_ready(address, vhost.name, OWN.refused, 2)
    ids = Counter(properties.message_id for _, properties, _ in taken(address, vhost.name, "vip"))
    assert set(ids) == {str(number) for number in range(60) if number not in (20, 40)}
    assert max(ids.values()) <= 3
    assert found.counts.refused == 2


def test_a_death_history_by_which_rabbitmq_would_fail_is_not_dead_lettered(
    vhost: Vhost, shop: tuple[Address, Checked], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, checked = shop
    deaths = b"S" + table(b"no table")
    headers = table(AFTER_TIME[4:] + b"\x07x-deathA" + table(deaths))
    with plain(address, vhost.name) as channel:
        properties = pika.BasicProperties()
        monkeypatch.setattr(properties, "encode", lambda: [b"\x20\x00", headers])
        channel.basic_publish("events", "order.eu.placed", BOTH, properties)
        send(channel, "order.eu.placed", BOTH)
    found = routed(address, vhost.name, checked)
    assert (found.counts.passed, found.counts.refused, found.counts.reconnected) == (1, 1, 0)
    ((_, kept, body),) = taken(address, vhost.name, OWN.refused)
    assert (body, kept.headers and kept.headers["x-edatool-key"]) == (BOTH, "order.eu.placed")


def test_what_is_put_aside_without_its_headers_goes_nowhere_else(vhost: Vhost, shop: tuple[Address, Checked]) -> None:
    address, checked = shop
    deaths = [{"queue": 1}]
    with plain(address, vhost.name) as channel:
        properties = pika.BasicProperties(headers={"long": "", "x-death": deaths})
        long = "x" * (131072 - 8 - 12 - len(b"".join(properties.encode())) - 40)
        send(channel, "order.eu.placed", BOTH, headers={"long": long, "x-death": deaths})
        send(channel, "order.eu.placed", BOTH)
    found = routed(address, vhost.name, checked)
    assert (found.counts.passed, found.counts.refused, found.counts.reconnected) == (1, 1, 0)
    assert held(address, vhost.name) == {"all": 2, "both": 1, "big": 1, "vip": 1, OWN.refused: 1}
