"""Delays by a chain of queues, simulated to the end, and on a real broker."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

import edatool
from edatool.broker.declare.operations import Operation, run
from edatool.errors import InvalidInput, WrongUsage
from edatool.routes import Routes
from edatool.routing.delays import DOUBLED, delays_of, when_due
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Exchange, Queue
from edatool.testing import MemoryBroker
from tests.broker_fixtures import Vhost
from tests.runtime.dead_letters.cemetery import cemetery
from tests.sessions import session_of

SPEC = """\
edatool: 1
name: shop
delays: {up_to: UP_TO}
events:
  order.placed: {exchange: events, key: "order.placed"}
  alarm: {exchange: alarms}
exchanges: {events: {type: topic}, alarms: {type: fanout}}
queues:
  orders: {type: classic, dead_letter: {exchange: "", key: dead}}
  dear: {type: classic}
  bells: {type: classic}
  dead: {type: classic}
bindings:
  - {queue: orders, events: [order.placed]}
  - {queue: dear, events: [order.placed], filter: {data.total: [{numeric: [">", 100]}]}}
  - {queue: bells, events: [alarm]}
"""
DAY = 24 * 3600
ORDER = {"region": "eu", "total": 120}


def declared(folder: Path, up_to: str) -> Routes:
    file = folder / "routes.yaml"
    file.write_text(SPEC.replace("UP_TO", up_to))
    return edatool.load(str(file))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Routes:
    return declared(tmp_path_factory.mktemp("year"), "366d")


@pytest.mark.parametrize("seconds", [1, 2, 59, 3600, DAY - 1, 2**DOUBLED - 1, 2**DOUBLED, 100 * DAY + 7, 366 * DAY])
def test_a_message_waits_for_exactly_as_long_as_it_is_delayed(year: Routes, seconds: int) -> None:
    delays, message = delays_of(year.spec), year.message("order.placed", ORDER)
    assert delays
    assert isinstance(message, edatool.Message)
    waits, trace = when_due(year.router, delays, route(year.router, delays.delayed(message, seconds)))
    assert sum(waits) == seconds
    assert waits == sorted(waits, reverse=True)
    assert trace.queues == ("dear", "orders")


def test_a_chain_has_only_the_levels_that_it_needs(tmp_path: Path, year: Routes) -> None:
    few = delays_of(declared(tmp_path, "1m").spec)
    assert few
    assert few.waits == (1, 2, 4, 8, 16, 32)
    many = delays_of(year.spec)
    assert many
    assert len(many.waits) == 29
    assert sum(many.waits) >= 366 * DAY


def test_events_are_delayed_in_memory_and_filtered_and_die_as_if_published_then(tmp_path: Path) -> None:
    routes = declared(tmp_path, "7d")
    broker = MemoryBroker.from_spec(routes)
    with edatool.Publisher(routes, broker) as publisher:
        assert publisher.publish("order.placed", ORDER, delay="2d").ok
        assert publisher.publish("alarm", {}, delay=90.2).ok
        broker.advance(90)
        assert not broker.queue("bells")
        broker.advance(1)
        assert len(broker.queue("bells")) == 1
        broker.advance(2 * DAY - 92)
        assert not broker.queue("orders")
        broker.advance(1)
    assert len(broker.queue("dear")) == 1
    message = broker.get("orders")
    assert message
    assert (message.key, message.headers["x-edatool-exchange"]) == ("order.placed", "events")
    broker.reject(message)
    assert len(broker.queue("dead")) == 1
    assert broker.undelivered == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"delay": "8d"}, "longer than delays.up_to, 7d"),
        ({"delay": "soon"}, "write it like 30s"),
        ({"delay": float("nan")}, "give seconds"),
        ({"at": "naive"}, "has no zone"),
        ({"delay": 1, "at": "aware"}, "not both"),
    ],
)
def test_what_is_no_delay_is_refused(tmp_path: Path, given: dict[str, Any], why: str) -> None:
    from datetime import UTC, datetime

    times = {"naive": datetime(2030, 1, 1), "aware": datetime(2030, 1, 1, tzinfo=UTC)}
    routes = declared(tmp_path, "7d")
    arguments = {name: times.get(value, value) if name == "at" else value for name, value in given.items()}
    with (
        edatool.Publisher(routes, MemoryBroker.from_spec(routes)) as publisher,
        pytest.raises(WrongUsage, match=why),
    ):
        publisher.publish("alarm", {}, **arguments)


def test_a_spec_without_delays_takes_none_and_a_year_is_the_longest(tmp_path: Path) -> None:
    file = tmp_path / "routes.yaml"
    file.write_text(SPEC.replace("delays: {up_to: UP_TO}\n", ""))
    routes = edatool.load(str(file))
    with (
        edatool.Publisher(routes, MemoryBroker.from_spec(routes)) as publisher,
        pytest.raises(WrongUsage, match="declares no delays"),
    ):
        publisher.publish("alarm", {}, delay="1s")
    for up_to in ("367d", "0s"):
        with pytest.raises(InvalidInput, match=r"E103 events are delayed by 1s to 366d"):
            declared(tmp_path, up_to).require_valid()


def test_every_level_of_a_year_is_taken_by_a_broker(vhost: Vhost, year: Routes) -> None:
    session = session_of(vhost)
    for kind in (Queue, Exchange, Binding):
        wanted = [Operation("create", one) for one in year.topology.objects if isinstance(one, kind)]
        assert [one.refusal for one in run(session, wanted) if not one.done] == []


def test_a_broker_delays_to_the_second(vhost: Vhost, tmp_path: Path) -> None:
    """Several delays share one wait, of which each message is measured by itself."""
    from datetime import UTC, datetime, timedelta

    routes = declared(tmp_path, "7s")
    with cemetery(vhost) as there:
        there.channel.queue_delete("orders")
        there.channel.queue_delete("dead")
        with there.session() as session:
            edatool.deploy(routes, session, allowed=edatool.Allowed(adopt=True))
        sent: dict[int, float] = {}
        with edatool.Publisher(routes, there.address) as publisher:
            for delay in (3, 1, 2, 5):
                sent[delay] = time.time()
                total = 100 + delay
                at = datetime.now(UTC) + timedelta(seconds=delay) if delay == 3 else None
                order = {"region": "eu", "total": total}
                receipt = publisher.publish("order.placed", order, delay=None if at else f"{delay}s", at=at)
                assert receipt.outcome == "confirmed"
        got: dict[int, float] = {}
        for _, properties, body in there.channel.consume("dear", inactivity_timeout=10):
            assert body, "nothing came"
            assert "BCC" not in properties.headers
            got[json.loads(body)["total"] - 100] = time.time()
            if len(got) == 4:
                break
        there.channel.cancel()
        early_or_late = {delay: got[delay] - sent[delay] - delay for delay in sent}
        assert all(-0.1 < one < 2 for one in early_or_late.values()), early_or_late
        assert there.count("orders") == 4
