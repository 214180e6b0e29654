"""Queues replaced while what is special about their messages, limits or publishers could lose some."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika
import pytest
from pika import exceptions

from edatool.broker.address import Address, parse
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.change.replacing import queue as replacing
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replaced, bindings_of, replacement
from edatool.change.replacing.work import GivenWay
from edatool.routing.topology import Binding, Exchange, Policy, Queue, topology
from tests.broker_fixtures import Vhost
from tests.change.on_broker import channel, there
from tests.sessions import at

pytestmark = [pytest.mark.timeout(180), pytest.mark.slow]

OLD = Queue("q", arguments={"x-queue-type": "quorum"})
START = topology(
    [Exchange("e", "topic"), Exchange("dead", "fanout")],
    [OLD, Queue("dead", arguments={"x-queue-type": "classic"})],
    [Binding("e", "q", key="#"), Binding("dead", "dead")],
)


@pytest.fixture
def address(vhost: Vhost) -> Address:
    there = parse(vhost.url, vhost.management)
    apply(plan_apply(START, None), at(there, vhost.name))
    return there


def replaced(address: Address, vhost: Vhost, new: Queue) -> Replaced:
    live = there(vhost)
    one = replacement(live.queues["q"], new, live, bindings_of(new, live))
    return replace(one, at(address, vhost.name), lambda _: None, 120)


def publish(vhost: Vhost, messages: list[pika.BasicProperties]) -> None:
    with channel(vhost) as there:
        for properties in messages:
            there.basic_publish("e", "k", b"same", properties, mandatory=True)


def taken(vhost: Vhost, queue: str = "q") -> list[Any]:
    with channel(vhost) as there:
        found: list[Any] = []
        while (got := there.basic_get(queue, auto_ack=True))[0] is not None:
            found.append((got[1].headers or {}).get("n"))
        return found


@contextmanager
def in_the_background(work: Callable[[threading.Event], None]) -> Iterator[None]:
    over = threading.Event()
    thread = threading.Thread(target=work, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_messages_that_share_id_key_and_body_or_all_that_they_have_are_all_there(
    vhost: Vhost, address: Address
) -> None:
    sizes = [1, 10_000, 60_000]
    different = [
        pika.BasicProperties(message_id="same", headers={"n": n, "large": "x" * sizes[n % 3]}) for n in range(300)
    ]
    equal = [pika.BasicProperties(message_id="same", headers={"n": -1}) for _ in range(1000)]
    publish(vhost, [*different, *equal])
    done = replaced(address, vhost, Queue("q", arguments={"x-queue-type": "classic"}))
    assert (done.moved, done.lost) == (2600, 0)
    assert Counter(taken(vhost)) == {**dict.fromkeys(range(300), 1), -1: 1000}


BOUNDS: dict[str, tuple[dict[str, object], list[Policy]]] = {
    "argument": ({"x-max-length": 3}, []),
    "bytes": ({"x-max-length-bytes": 12}, []),
    "policy": ({}, [Policy("p", "^q$", "queues", 1, {"max-length": 3})]),
    "dead letters": ({"x-max-length": 3, "x-overflow": "reject-publish-dlx", "x-dead-letter-exchange": "dead"}, []),
    "dead letters and bytes": (
        {"x-max-length-bytes": 12, "x-overflow": "reject-publish-dlx", "x-dead-letter-exchange": "dead"},
        [],
    ),
}


@pytest.mark.parametrize("by", BOUNDS)
def test_a_bounded_queue_gets_only_what_it_has_room_for_and_drops_nothing(
    vhost: Vhost, address: Address, by: str
) -> None:
    arguments, policies = BOUNDS[by]
    new = Queue("q", arguments={"x-queue-type": "classic", **arguments})
    publish(vhost, [pika.BasicProperties(headers={"n": n}) for n in range(20)])
    found: list[int] = []

    def consume(over: threading.Event) -> None:
        while not over.wait(0.02):
            if there(vhost).queues.get("q") == new:
                found.extend(taken(vhost))

    live = there(vhost)
    one = replacement(OLD, new, live, bindings_of(new, live))

    def bound(step: str) -> None:
        if step.startswith("delete the old"):
            apply(plan_apply(topology(policies=policies), None), at(address, vhost.name))

    with in_the_background(consume):
        replace(one, at(address, vhost.name), bound, 120)
    assert sorted(found + taken(vhost)) == list(range(20))
    assert taken(vhost, "dead") == []


def test_publishers_that_send_to_the_queue_by_its_name_without_a_gap_make_it_give_way(
    vhost: Vhost, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "GAP", 1.0)
    publish(vhost, [pika.BasicProperties(headers={"n": -n}) for n in range(1, 101)])
    before = there(vhost)
    sent = 0

    def publish_by_name(over: threading.Event) -> None:
        nonlocal sent
        with channel(vhost) as there:
            while not over.wait(0.002):
                there.basic_publish("", "q", b"x", pika.BasicProperties(headers={"n": sent}), mandatory=True)
                sent += 1

    with in_the_background(publish_by_name), pytest.raises(GivenWay, match="is as it was, with all its messages"):
        replaced(address, vhost, Queue("q", arguments={"x-queue-type": "classic"}))
    assert there(vhost) == before
    assert sorted(taken(vhost)) == [*range(-100, 0), *range(sent)]
    done = replaced(address, vhost, Queue("q", arguments={"x-queue-type": "classic"}))
    assert done.lost == 0
    with pytest.raises(exceptions.ChannelClosedByBroker), channel(vhost) as late:
        late.queue_declare("q", durable=True, arguments=dict(OLD.arguments))
