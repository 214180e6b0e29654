"""Connections and channels that end, or are silent: nothing is lost, and the router goes on."""

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from edatool.broker.address import parse
from edatool.broker.consume import patience
from edatool.broker.consume.delivery import Delivery
from edatool.errors import BrokerUnreachable
from edatool.runtime.router import router
from edatool.runtime.router.evaluation import Evaluated, Evaluation
from edatool.runtime.router.router import FilterRouter
from tests.runtime.router.filtered_shop import BOTH, OWN, Shop, await_true, running, send, spec
from tests.silent_broker import silent_broker

WIDE = '{"total": 1, "vip": true, "number": %d}'


def test_messages_that_share_an_id_are_different_ones_after_a_reconnect(
    own_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    count = 400
    with own_shop.channel() as channel:
        for number in range(count):
            send(channel, "order.eu.placed", (WIDE % number).encode(), message_id="the same")
    with own_shop.proxy() as proxy:
        working = own_shop.router(proxy, prefetch=50)
        evaluate = working._evaluation.of

        def of(delivery: Delivery) -> Evaluated:
            if working.counts.passed >= 100 and not working.counts.reconnected:
                proxy.cut()
            return evaluate(delivery)

        monkeypatch.setattr(Evaluation, "of", lambda _, delivery: of(delivery))
        bodies = set[bytes]()

        def all_came() -> bool:
            bodies.update(body for _, _, body in own_shop.taken("vip"))
            return len(bodies) == count

        with running(working):
            await_true(all_came, "not every message came")
    assert working.counts.reconnected > 0
    assert bodies == {(WIDE % number).encode() for number in range(count)}


def test_a_router_of_a_silent_broker_says_so_and_ends_when_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = spec(tmp_path)
    with silent_broker() as silent:
        address = parse(f"amqp://guest:guest@127.0.0.1:{silent.port}/")
        monkeypatch.setattr(patience, "ANSWER_WITHIN", 0.5)
        with pytest.raises(BrokerUnreachable, match="does not answer"):
            FilterRouter(address, "/", checked).run()
        monkeypatch.setattr(patience, "ANSWER_WITHIN", 60.0)
        monkeypatch.setattr(patience, "END_WITHIN", 0.5)
        told = FilterRouter(address, "/", checked)
        threading.Timer(0.5, told.stop).start()
        with pytest.raises(BrokerUnreachable, match="does not answer"):
            told.run()


def test_a_router_whose_broker_falls_silent_ends_when_it_is_told_to(
    own_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "END_WITHIN", 0.5)
    ended: list[BaseException] = []
    with own_shop.proxy() as proxy:
        working = own_shop.router(proxy)

        def run() -> None:
            try:
                working.run()
            except BrokerUnreachable as error:
                ended.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        own_shop.await_consumer(OWN.intake)
        proxy.stall()
        with own_shop.channel() as channel:
            send(channel, "order.eu.placed", BOTH)
        working.stop()
        thread.join(10)
        assert not thread.is_alive()
    assert [str(one) for one in ended] == [f"the broker {working.address} does not answer"]
    own_shop.await_ready(OWN.intake, 1)


def test_a_broker_that_falls_silent_is_left_for_another_connection(
    own_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    with own_shop.proxy() as proxy:
        working = own_shop.router(proxy)
        evaluate = working._evaluation.of

        def of(_: Evaluation, delivery: Delivery) -> Evaluated:
            if not working.counts.reconnected:
                proxy.stall()
                monkeypatch.setattr(patience, "ANSWER_WITHIN", 0.5)
            return evaluate(delivery)

        monkeypatch.setattr(Evaluation, "of", of)
        with running(working):
            own_shop.await_consumer(OWN.stuck)
            with own_shop.channel() as channel:
                send(channel, "order.eu.placed", {"vip": True})
            await_true(lambda: working.counts.reconnected > 0)
            monkeypatch.setattr(patience, "ANSWER_WITHIN", 30.0)
            proxy.cut()
            await_true(lambda: own_shop.held().get("vip", 0) >= 1)


def test_a_message_for_which_the_broker_closes_the_channel_is_found_and_put_aside(
    own_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    with own_shop.channel() as channel:
        for number in range(60):
            send(channel, "order.eu.placed", {"vip": True}, message_id="bad" if number in (20, 40) else str(number))
    evaluate = Evaluation.of

    def of(self: Evaluation, delivery: Delivery) -> Evaluated:
        (way,) = evaluate(self, delivery).ways
        headers = {"CC": "no list"} if delivery.message_id == "bad" else {}
        return Evaluated((replace(way, headers={**way.headers, **headers}),))

    monkeypatch.setattr(Evaluation, "of", of)
    found = own_shop.routed()
    own_shop.await_ready(OWN.refused, 2)
    ids = Counter(properties.message_id for _, properties, _ in own_shop.taken("vip"))
    assert set(ids) == {str(number) for number in range(60) if number not in (20, 40)}
    assert max(ids.values()) <= 3
    assert found.counts.refused == 2


def test_a_lost_connection_is_made_anew_also_the_first_one(own_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    told: list[str] = []
    with own_shop.proxy() as proxy:
        working = own_shop.router(proxy, tell=told.append)
        with running(working):
            own_shop.await_consumer(OWN.intake)
            proxy.cut()
            await_true(lambda: bool(told))
            with own_shop.channel() as channel:
                send(channel, "order.eu.placed", {"total": 100})
            own_shop.await_ready("big", 1)
    assert working.counts.reconnected >= 1
