"""A node of these tests alone, with a small limit of messages, that is suspended: nothing is lost, nothing stops."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pika.exceptions import ChannelClosedByBroker

from edatool.broker.address import Tuning
from edatool.broker.consume import patience
from edatool.errors import BrokerUnreachable
from edatool.runtime.router import router
from tests.broker_fixtures import Server, fresh_vhost, private_server
from tests.node_control import control, suspended
from tests.runtime.router.filtered_shop import OWN, Shop, applied, await_true, running, send, spec

pytestmark = pytest.mark.slow

LIMIT, LOWER = 64_000, 32_000
"""Bytes of a message that the node takes, and fewer."""


@pytest.fixture(scope="module")
def own_server(own_folder: Path) -> Iterator[Server]:
    limit = own_folder / "conf.d" / "limit.conf"
    limit.parent.mkdir(parents=True)
    limit.write_text(f"max_message_size = {LIMIT}\n")
    with private_server(own_folder) as server:
        yield server


@pytest.fixture
def shop(own_server: Server, tmp_path: Path) -> Iterator[Shop]:
    with fresh_vhost(own_server) as vhost:
        yield applied(vhost, spec(tmp_path))


@pytest.fixture
def limit(own_folder: Path) -> Iterator[None]:
    """Lower the limit of the node for the test."""
    yield
    set_limit(own_folder, LIMIT)


def set_limit(own_folder: Path, size: int) -> None:
    """Have it hold for new channels; RabbitMQ 3.10 reads the one, later ones the other."""
    setting = f"application:set_env(rabbit, max_message_size, {size})"
    control(own_folder, "eval", f"{setting}, persistent_term:put(max_message_size, {size}).")


def body(size: int) -> bytes:
    """Return a message for the queue ``vip`` of so many bytes."""
    start = b'{"vip": true, "more": "'
    return start + b"x" * (size - len(start) - 2) + b'"}'


def sent(shop: Shop, *sizes: int) -> None:
    """Publish messages whose ids are their sizes."""
    with shop.channel() as channel:
        for size in sizes:
            send(channel, "order.eu.placed", body(size), message_id=str(size))


def test_a_message_of_the_largest_size_goes_on(shop: Shop) -> None:
    sizes = (LIMIT - 300, LIMIT - 1, LIMIT, 100)
    sent(shop, *sizes)
    with pytest.raises(ChannelClosedByBroker, match="larger than configured max size"):
        sent(shop, LIMIT + 1)
    found = shop.routed()
    assert (found.counts.passed, found.counts.reconnected) == (len(sizes), 0)
    assert sorted(body for _, _, body in shop.taken("vip")) == sorted(map(body, sizes))


def test_what_is_larger_than_a_limit_that_was_lowered_is_put_aside_and_all_behind_it_goes_on(
    shop: Shop, own_folder: Path, limit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    small, large = range(100, 120), range(LIMIT - 20, LIMIT)
    sent(shop, LOWER, LOWER + 1, *(size for pair in zip(large, small, strict=True) for size in pair))
    with shop.channel() as channel:
        waits = {"x-edatool-for": "queue vip", "x-edatool-exchange": "events"}
        send(channel, OWN.stuck, body(LIMIT), exchange="", headers=waits, message_id=str(LIMIT))
    set_limit(own_folder, LOWER)
    found = shop.routed()
    assert found.counts.reconnected == 1
    assert ids(shop, "vip") == {LOWER, *small}
    shop.await_ready(OWN.refused, len(large) + 2)
    assert ids(shop, OWN.refused) == {LOWER + 1, *large, LIMIT}


def test_what_may_go_neither_on_nor_aside_stays_where_it_is(shop: Shop, own_folder: Path, limit: None) -> None:
    deaths = [{"queue": 1}]
    with shop.channel() as channel:
        send(channel, "order.eu.placed", body(LIMIT), headers={"x-death": deaths})
    sent(shop, *range(100, 120))
    set_limit(own_folder, LOWER)
    told: list[str] = []
    working = shop.router(tell=told.append)
    with running(working):
        shop.await_ready("vip", 20)
        await_true(lambda: any("64000 bytes, and the broker takes 32000" in text for text in told))
    assert working.counts.reconnected == 1
    shop.await_ready(OWN.intake, 1)
    set_limit(own_folder, LIMIT)
    shop.routed()
    assert sorted(len(body) for _, _, body in shop.taken("vip"))[-1] == LIMIT


def ids(shop: Shop, queue: str) -> set[int]:
    return {int(properties.message_id) for _, properties, _ in shop.taken(queue)}


def test_a_node_that_stands_still_for_a_moment_gets_each_message_once(shop: Shop, own_folder: Path) -> None:
    sizes = range(100, 300)
    sent(shop, *sizes)
    working = shop.router(prefetch=20)
    with running(working):
        await_true(lambda: working.counts.passed > 20)
        with suspended(own_folder):
            threading.Event().wait(1)
        shop.await_ready("vip", len(sizes))
    assert (working.counts.passed, working.counts.reconnected) == (len(sizes), 0)


def test_a_node_that_stands_still_for_long_is_left_and_found_again(
    shop: Shop, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.1)
    sizes = range(100, 300)
    sent(shop, *sizes)
    working = shop.router(prefetch=20)
    with running(working):
        await_true(lambda: working.counts.passed > 20)
        with monkeypatch.context() as impatient, suspended(own_folder):
            impatient.setattr(patience, "ANSWER_WITHIN", 0.3)
            await_true(lambda: working.counts.reconnected == 3)
        await_true(lambda: working.counts.settled >= len(sizes))
        shop.await_ready(OWN.intake, 0)
    assert ids(shop, "vip") == set(sizes)
    assert shop.held() == {"all": len(sizes)}


def test_a_router_that_waits_for_nothing_notices_by_heartbeats_that_its_node_stands_still(
    shop: Shop, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.1)
    told: list[str] = []
    working = shop.router(tell=told.append)
    working.address = replace(working.address, tuning=Tuning(heartbeat=1))
    with running(working):
        shop.await_consumer(OWN.intake)
        with suspended(own_folder):
            await_true(lambda: any("no heartbeat came" in text for text in told))
        sent(shop, 100)
        shop.await_ready("vip", 1)


def test_a_router_of_a_node_that_stands_still_ends_when_it_is_told_to(
    shop: Shop, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "END_WITHIN", 0.5)
    sizes = range(100, 300)
    sent(shop, *sizes)
    working = shop.router(prefetch=20)
    ended: list[BrokerUnreachable] = []

    def run() -> None:
        try:
            working.run()
        except BrokerUnreachable as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    await_true(lambda: working.counts.passed > 20)
    with suspended(own_folder):
        working.stop()
        thread.join(5)
        assert not thread.is_alive()
    assert [str(one) for one in ended] == [f"the broker {working.address} does not answer"]
    shop.routed()
    assert ids(shop, "vip") == set(sizes)
