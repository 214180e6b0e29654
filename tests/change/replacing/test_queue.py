"""A queue replaced on a real broker: what it holds, its bindings, and what forbids it."""

import pytest

from edatool.broker.address import parse
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replacement
from edatool.errors import BrokerUnreachable, Unsafe
from edatool.routing.topology import Binding, Queue, topology
from tests.broker_fixtures import Vhost
from tests.change.on_broker import channel, there
from tests.change.replacing.queues import CLASSIC, QUORUM, carry_out, expected, planned, publish, taken
from tests.sessions import at, session_of

pytestmark = pytest.mark.timeout(300)


def test_a_queue_becomes_quorum_with_its_messages_in_order_and_all_bindings(bound: Vhost) -> None:
    publish(bound, range(1000))
    added = Binding("e", "q", key="new.key")
    one = planned(bound, QUORUM, added)
    done = carry_out(one, bound)
    assert there(bound) == expected(QUORUM, added)
    assert (done.moved, done.lost) == (2000, 0)
    assert taken(bound) == list(range(1000))
    again = carry_out(one, bound)
    assert (again.moved, again.lost) == (0, 0)
    assert there(bound) == expected(QUORUM, added)


def test_consumers_are_cancelled_when_a_quorum_queue_gets_other_arguments(bound: Vhost) -> None:
    carry_out(planned(bound, QUORUM), bound)
    limited = Queue("q", arguments={"x-max-length": 10, **QUORUM.arguments})
    with channel(bound) as consumer:
        consumer.basic_consume("q", lambda *_: None)
        carry_out(planned(bound, limited), bound)
        consumer.connection.process_data_events(1)
        assert consumer.consumer_tags == []
    publish(bound, range(5))
    assert taken(bound) == list(range(5))


@pytest.mark.parametrize("kind", ["policies", "operator-policies"])
def test_a_policy_that_would_drop_held_messages_is_refused_before_anything_is_done(bound: Vhost, kind: str) -> None:
    before = there(bound)
    body = {"pattern": ".*", "apply-to": "queues", "definition": {"max-length": 10}}
    bound.api.put(f"/api/{kind}/{bound.quoted}/p", json=body).raise_for_status()
    with pytest.raises(Unsafe, match=r"max-length to edatool\.replace\.queue\.q\.hold"):
        carry_out(planned(bound, QUORUM), bound)
    assert (there(bound).queues, there(bound).bindings) == (before.queues, before.bindings)


def test_a_queue_that_somebody_else_has_declared_is_left_alone(bound: Vhost) -> None:
    one = planned(bound, QUORUM)
    other = Queue("q", arguments={"x-queue-type": "classic", "x-max-length": 5})
    bound.api.delete(f"/api/queues/{bound.quoted}/q").raise_for_status()
    apply(plan_apply(topology(queues=[other]), None), session_of(bound))
    with pytest.raises(Unsafe, match="neither"):
        carry_out(one, bound)


def test_without_the_management_api_it_is_refused() -> None:
    one = Replacement(CLASSIC, QUORUM, (), ())
    with pytest.raises(BrokerUnreachable, match="management"):
        replace(one, at(parse("amqp://127.0.0.1:1", "none"), "/"), lambda _: None, 1)
