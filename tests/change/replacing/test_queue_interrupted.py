"""A queue replaced on a real broker while it is used, and from whatever point on."""

from itertools import count

import pytest

from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.routing.topology import Binding, topology
from tests.broker_fixtures import Vhost
from tests.change.on_broker import there
from tests.change.replacing.queues import QUORUM, carry_out, expected, planned, publish, taken
from tests.sessions import session_of

pytestmark = pytest.mark.timeout(300)


def test_killed_at_each_step_one_after_the_other_it_goes_on_and_nothing_is_lost_or_twice(bound: Vhost) -> None:
    numbers = iter(range(10, 1000))
    publish(bound, range(10))
    seen: set[str] = set()

    def interrupt_once(step: str) -> None:
        number = next(numbers)
        publish(bound, range(number, number + 1))
        if step not in seen:
            seen.add(step)
            raise KeyboardInterrupt

    one = planned(bound, QUORUM)
    while True:
        try:
            done = carry_out(one, bound, interrupt_once)
            break
        except KeyboardInterrupt:
            pass
    assert len(seen) > 10
    assert there(bound) == expected(QUORUM)
    assert sorted(taken(bound)) == list(range(next(numbers)))
    assert done.lost == 0


@pytest.mark.parametrize("state", ["nothing", "helpers"])
def test_a_queue_that_is_gone_is_declared_with_its_bindings(bound: Vhost, state: str) -> None:
    one = planned(bound, QUORUM)

    def delete_outside(step: str) -> None:
        if step.startswith("put an exchange"):
            raise KeyboardInterrupt

    if state == "helpers":
        with pytest.raises(KeyboardInterrupt):
            carry_out(one, bound, delete_outside)
    bound.api.delete(f"/api/queues/{bound.quoted}/q").raise_for_status()
    carry_out(one, bound)
    assert there(bound) == expected(QUORUM)


def test_messages_published_at_any_step_are_there_afterwards_in_order_but_for_those_just_before_the_switch_back(
    bound: Vhost,
) -> None:
    numbers, late = count(10), set()
    publish(bound, range(10))

    def publish_one(step: str) -> None:
        number = next(numbers)
        publish(bound, range(number, number + 1))
        if step.startswith("switch back"):
            late.add(number)

    carry_out(planned(bound, QUORUM), bound, publish_one)
    found = taken(bound)
    assert sorted(found) == list(range(next(numbers)))
    others = [number for number in found if number not in late]
    assert others == sorted(others)


def test_a_binding_made_meanwhile_is_kept(bound: Vhost) -> None:
    late = Binding("e", "q", key="late")

    def bind(step: str) -> None:
        if step.startswith("move the messages"):
            apply(plan_apply(topology([], [], [late]), None), session_of(bound))

    carry_out(planned(bound, QUORUM), bound, bind)
    assert there(bound) == expected(QUORUM, late)
