"""A queue replaced on a real broker: what it holds, its bindings and those of others, and the ways to go on."""

from contextlib import suppress
from itertools import count
from typing import Any

import pika
import pytest

from edatool.broker.address import parse
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replaced, Replacement, as_json, bindings_of, from_json, replacement
from edatool.errors import BrokerUnreachable, Unsafe
from edatool.routing.topology import Binding, Exchange, Queue, Topology, topology
from tests.broker_fixtures import Vhost
from tests.change.on_broker import channel, there
from tests.sessions import at, session_of

pytestmark = pytest.mark.timeout(300)

CLASSIC = Queue("q", arguments={"x-queue-type": "classic"})
QUORUM = Queue("q", arguments={"x-queue-type": "quorum"})
OURS = Binding("e", "q", key="a.#")
THEIRS = Binding("h", "q", arguments={"x-match": "any", "n": 1, "price": 1.5, "ok": True, "name": "x"})
BEFORE = topology([Exchange("e", "topic"), Exchange("h", "headers")], [CLASSIC], [OURS])
LIMIT = 120.0


@pytest.fixture
def begun(vhost: Vhost) -> Vhost:
    """A vhost with the classic queue, bound by us and by others."""
    apply(plan_apply(BEFORE, None), session_of(vhost))
    body = {"routing_key": "", "arguments": THEIRS.arguments}
    vhost.api.post(f"/api/bindings/{vhost.quoted}/e/h/q/q", json=body).raise_for_status()
    return vhost


def planned(vhost: Vhost, new: Queue, *more: Binding) -> Replacement:
    live = there(vhost)
    old = live.queues[new.name]
    return replacement(old, new, live, [*bindings_of(new, live), *more])


def carry_out(one: Replacement, vhost: Vhost, report: Any = lambda _: None, limit: float = LIMIT) -> Replaced:
    kept = from_json(as_json(one))
    assert kept == one
    return replace(kept, session_of(vhost), report, limit)


def publish(vhost: Vhost, numbers: range, exchange: str = "e", key: str = "a.b") -> None:
    with channel(vhost) as there:
        for number in numbers:
            properties = pika.BasicProperties(message_id=str(number), headers={"n": number}, delivery_mode=2)
            there.basic_publish(exchange, key, b"x", properties, mandatory=True)


def taken(vhost: Vhost, queue: str = "q") -> list[int]:
    """Take all messages out of a queue and return their ids in order."""
    found: list[int] = []
    with channel(vhost) as there:
        while True:
            method, properties, _ = there.basic_get(queue, auto_ack=True)
            if method is None:
                return found
            found.append(int(properties.message_id))


def expected(new: Queue, *bindings: Binding) -> Topology:
    return topology(BEFORE.exchanges.values(), [new], [OURS, THEIRS, *bindings])


def test_a_queue_becomes_quorum_with_its_messages_in_order_and_all_bindings(begun: Vhost) -> None:
    publish(begun, range(1000))
    added = Binding("e", "q", key="new.key")
    one = planned(begun, QUORUM, added)
    done = carry_out(one, begun)
    assert there(begun) == expected(QUORUM, added)
    assert (done.moved, done.lost) == (2000, 0)
    assert taken(begun) == list(range(1000))
    again = carry_out(one, begun)
    assert (again.moved, again.lost) == (0, 0)
    assert there(begun) == expected(QUORUM, added)


def test_messages_published_at_any_step_are_there_afterwards_in_order_but_for_those_just_before_the_switch_back(
    begun: Vhost,
) -> None:
    numbers, late = count(10), set()
    publish(begun, range(10))

    def publish_one(step: str) -> None:
        number = next(numbers)
        publish(begun, range(number, number + 1))
        if step.startswith("switch back"):
            late.add(number)

    carry_out(planned(begun, QUORUM), begun, publish_one)
    found = taken(begun)
    assert sorted(found) == list(range(next(numbers)))
    others = [number for number in found if number not in late]
    assert others == sorted(others)


def test_killed_at_each_step_one_after_the_other_it_goes_on_and_nothing_is_lost_or_twice(begun: Vhost) -> None:
    numbers = iter(range(10, 1000))
    publish(begun, range(10))
    seen: set[str] = set()

    def interrupt_once(step: str) -> None:
        number = next(numbers)
        publish(begun, range(number, number + 1))
        if step not in seen:
            seen.add(step)
            raise KeyboardInterrupt

    one = planned(begun, QUORUM)
    while True:
        try:
            done = carry_out(one, begun, interrupt_once)
            break
        except KeyboardInterrupt:
            pass
    assert len(seen) > 10
    assert there(begun) == expected(QUORUM)
    assert sorted(taken(begun)) == list(range(next(numbers)))
    assert done.lost == 0


@pytest.mark.parametrize("state", ["nothing", "helpers"])
def test_a_queue_that_is_gone_is_declared_with_its_bindings(begun: Vhost, state: str) -> None:
    one = planned(begun, QUORUM)

    def delete_outside(step: str) -> None:
        if step.startswith("put an exchange"):
            raise KeyboardInterrupt

    if state == "helpers":
        with pytest.raises(KeyboardInterrupt):
            carry_out(one, begun, delete_outside)
    begun.api.delete(f"/api/queues/{begun.quoted}/q").raise_for_status()
    carry_out(one, begun)
    assert there(begun) == expected(QUORUM)


def test_a_binding_made_meanwhile_is_kept(begun: Vhost) -> None:
    late = Binding("e", "q", key="late")

    def bind(step: str) -> None:
        if step.startswith("move the messages"):
            apply(plan_apply(topology([], [], [late]), None), session_of(begun))

    carry_out(planned(begun, QUORUM), begun, bind)
    assert there(begun) == expected(QUORUM, late)


def test_unacknowledged_messages_are_waited_for_and_then_it_goes_on(begun: Vhost) -> None:
    publish(begun, range(10))
    one = planned(begun, QUORUM)
    with channel(begun) as consumer:
        consumer.basic_get("q")
        with pytest.raises(Unsafe, match="1 that they have not acknowledged: let them finish"):
            carry_out(one, begun, limit=14)
        assert there(begun).queues["q"].type == "classic"
        publish(begun, range(10, 20))
    carry_out(one, begun)
    assert there(begun) == expected(QUORUM)
    assert sorted(taken(begun)) == list(range(20))


def test_helper_queues_stay_while_somebody_holds_messages_of_them_as_a_replacement_that_was_cut_off_may(
    begun: Vhost,
) -> None:
    publish(begun, range(10))
    one = planned(begun, QUORUM)
    with channel(begun) as cut_off:

        def hold(step: str) -> None:
            if step.startswith("move the messages"):
                publish(begun, range(10, 20))
                cut_off.basic_consume(one.helper("hold"), lambda *_: None)

        with pytest.raises(Unsafe, match="1 consumer,"):
            carry_out(one, begun, hold, limit=15)
    carry_out(one, begun)
    assert there(begun) == expected(QUORUM)
    assert sorted(taken(begun)) == list(range(20))


def test_consumers_are_cancelled_when_a_quorum_queue_gets_other_arguments(begun: Vhost) -> None:
    carry_out(planned(begun, QUORUM), begun)
    limited = Queue("q", arguments={"x-max-length": 10, **QUORUM.arguments})
    with channel(begun) as consumer:
        consumer.basic_consume("q", lambda *_: None)
        carry_out(planned(begun, limited), begun)
        consumer.connection.process_data_events(1)
        assert consumer.consumer_tags == []
    publish(begun, range(5))
    assert taken(begun) == list(range(5))


def test_a_full_queue_that_refuses_messages_is_waited_for(begun: Vhost) -> None:
    publish(begun, range(10))
    small = Queue("q", arguments={"x-queue-type": "quorum", "x-max-length": 3, "x-overflow": "reject-publish"})
    one, found = planned(begun, small), list[int]()
    for limit in (25, *[4] * 9):
        with suppress(Unsafe):
            carry_out(one, begun, limit=limit)
        found += taken(begun)
    assert sorted(found) == list(range(10))
    assert there(begun) == expected(small)


def test_a_queue_that_is_as_full_as_it_may_be_is_replaced_without_waiting_for_consumers(begun: Vhost) -> None:
    publish(begun, range(3))
    small = Queue("q", arguments={"x-queue-type": "quorum", "x-max-length": 3, "x-overflow": "reject-publish"})
    carry_out(planned(begun, small), begun)
    assert taken(begun) == [0, 1, 2]
    assert there(begun) == expected(small)


@pytest.mark.parametrize("kind", ["policies", "operator-policies"])
def test_a_policy_that_would_drop_held_messages_is_refused_before_anything_is_done(begun: Vhost, kind: str) -> None:
    before = there(begun)
    body = {"pattern": ".*", "apply-to": "queues", "definition": {"max-length": 10}}
    begun.api.put(f"/api/{kind}/{begun.quoted}/p", json=body).raise_for_status()
    with pytest.raises(Unsafe, match=r"max-length to edatool\.replace\.queue\.q\.hold"):
        carry_out(planned(begun, QUORUM), begun)
    assert (there(begun).queues, there(begun).bindings) == (before.queues, before.bindings)


def test_a_queue_that_somebody_else_has_declared_is_left_alone(begun: Vhost) -> None:
    one = planned(begun, QUORUM)
    other = Queue("q", arguments={"x-queue-type": "classic", "x-max-length": 5})
    begun.api.delete(f"/api/queues/{begun.quoted}/q").raise_for_status()
    apply(plan_apply(topology(queues=[other]), None), session_of(begun))
    with pytest.raises(Unsafe, match="neither"):
        carry_out(one, begun)


def test_without_the_management_api_it_is_refused() -> None:
    one = Replacement(CLASSIC, QUORUM, (), ())
    with pytest.raises(BrokerUnreachable, match="management"):
        replace(one, at(parse("amqp://127.0.0.1:1", "none"), "/"), lambda _: None, 1)
