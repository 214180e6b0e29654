from functools import partial
from typing import Any

import pytest

from edatool.broker.declare.operations import Operation, run
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.changes import Replace
from edatool.change.diff import compare
from edatool.change.plan import plan_apply
from edatool.change.replacing.by_policy import as_yaml, by_policy
from edatool.routing.topology import Policy, Queue, Topology, topology
from edatool.server.installed import until
from tests.broker_fixtures import Vhost
from tests.change.on_broker import channel
from tests.sessions import session_of


def queue(kind: str = "classic", **arguments: object) -> Queue:
    named = {f"x-{name.replace('_', '-')}": value for name, value in arguments.items()}
    return Queue("q.1", arguments={"x-queue-type": kind, **named})


def policy_for(before: Queue, after: Queue, *policies: Policy) -> Policy | None:
    live = topology(queues=[before], policies=policies)
    (change,) = compare(topology(queues=[after]), live).changes
    assert isinstance(change, Replace)
    return by_policy(change, live)


def test_an_argument_that_was_absent_can_be_set_by_policy() -> None:
    policy = policy_for(queue(), queue(max_length=5, dead_letter_exchange="dead"))
    assert policy
    assert as_yaml(policy) == {
        "edatool.q.1": {
            "pattern": r"^q\.1$",
            "apply_to": "queues",
            "priority": 0,
            "definition": {"max-length": 5, "dead-letter-exchange": "dead"},
        }
    }


def test_a_lower_limit_can_be_set_by_policy_and_a_higher_one_cannot() -> None:
    lower = policy_for(queue(max_length=10), queue(max_length=5))
    assert lower
    assert lower.definition == {"max-length": 5}
    assert policy_for(queue(max_length=5), queue(max_length=10)) is None


def test_what_the_present_policy_sets_stays_set() -> None:
    policy = policy_for(
        queue(), queue(max_length=5), Policy("p", "^q", "all", 7, {"message-ttl": 100, "max-length": 9})
    )
    assert policy
    assert (policy.priority, policy.definition) == (8, {"message-ttl": 100, "max-length": 5})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (queue(), queue("quorum")),
        (queue(), queue(max_priority=5)),
        (queue(), queue(delivery_limit=5)),
        (queue(max_length=5), queue()),
        (queue(dead_letter_exchange="a"), queue(dead_letter_exchange="b")),
        (queue(), queue("quorum", max_length=5)),
        (queue("quorum", delivery_limit=-1), queue("quorum", delivery_limit=-2)),
    ],
)
def test_other_changes_need_a_replacement(before: Queue, after: Queue) -> None:
    assert policy_for(before, after) is None


def held(vhost: Vhost) -> int | None:
    """Return how many messages the queue holds, None where it is gone."""
    (outcome,) = run(session_of(vhost), [Operation("inspect", queue())])
    return outcome.messages if outcome.done else None


def publish(vhost: Vhost, count: int) -> None:
    with channel(vhost) as there:
        for _ in range(count):
            there.basic_publish("", "q.1", b"12345")


def take_and_vanish(vhost: Vhost, times: int) -> None:
    """Take the message and close without a word: from 4.3 on only that counts as a delivery that failed."""
    for _ in range(times):
        with channel(vhost) as there:
            assert until(partial(taken_or_gone, there, vhost), 5)


def taken_or_gone(there: Any, vhost: Vhost) -> bool:
    return there.basic_get("q.1")[0] is not None or held(vhost) == 0


def applied(vhost: Vhost, before: Queue, after: Queue) -> Topology:
    """Have the policy that stands for a change on the broker, after the queue as it was before."""
    apply(plan_apply(topology(queues=[before]), None), session_of(vhost))
    policy = policy_for(before, after)
    assert policy
    apply(plan_apply(topology(policies=[policy]), None), session_of(vhost))
    found = read(session_of(vhost)).topology
    assert found
    return found


HOUR = 3_600_000


@pytest.mark.parametrize("kind", ["classic", "quorum"])
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("max_length", 10, 2),
        ("max_length", None, 2),
        ("max_length_bytes", 50, 10),
        ("message_ttl", HOUR, 100),
        ("message_ttl", None, 100),
        ("expires", HOUR, 100),
    ],
)
def test_on_a_broker_the_policy_takes_effect_and_the_lower_limit_applies(
    vhost: Vhost, kind: str, name: str, before: int | None, after: int
) -> None:
    old = queue(kind) if before is None else queue(kind, **{name: before})
    there = applied(vhost, old, queue(kind, **{name: after}))
    if name == "expires":
        assert until(lambda: not vhost.api.get(f"/api/queues/{vhost.quoted}").json(), 10)
        return
    assert there.queues["q.1"] == old
    publish(vhost, 5)
    # From 4.3 on quorum queues count more than the body, so that fewer messages fit.
    counts_more = name == "max_length_bytes" and kind == "quorum" and vhost.version >= (4, 3, 0)
    left = 0 if name == "message_ttl" else 1 if counts_more else 2
    assert until(lambda: held(vhost) == left, 10), held(vhost)


def test_on_a_broker_a_policy_does_not_raise_a_limit(vhost: Vhost) -> None:
    apply(plan_apply(topology(queues=[queue(max_length=5)]), None), session_of(vhost))
    higher = Policy("p", "^q", "queues", 0, {"max-length": 10})
    apply(plan_apply(topology(policies=[higher]), None), session_of(vhost))
    publish(vhost, 10)
    assert held(vhost) == 5


@pytest.mark.parametrize("before", [10, None])
def test_on_a_broker_the_lower_delivery_limit_applies(vhost: Vhost, before: int | None) -> None:
    old = queue("quorum") if before is None else queue("quorum", delivery_limit=before)
    applied(vhost, old, queue("quorum", delivery_limit=1))
    publish(vhost, 1)
    take_and_vanish(vhost, 4)
    assert until(lambda: held(vhost) == 0, 10)
