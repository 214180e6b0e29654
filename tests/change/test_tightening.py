from dataclasses import replace
from typing import Any

import pytest

from edatool.change.allowed import Allowed
from edatool.change.diff import compare
from edatool.change.ownership import Ownership
from edatool.change.plan import plan_apply
from edatool.change.tightening import Backlog, Tightening, tightenings
from edatool.errors import Unsafe
from edatool.routing.settings import operator_policy
from edatool.routing.topology import Object, Policy, Queue, Topology, collect, topology


def queue(kind: str = "quorum", **arguments: Any) -> Queue:
    named = {f"x-{name.replace('_', '-')}": value for name, value in arguments.items()}
    return Queue("q", arguments={"x-queue-type": kind, **named})


def policy(name: str = "p", priority: int = 1, **settings: Any) -> Policy:
    definition = {name.replace("_", "-"): value for name, value in settings.items()}
    return Policy(name, "^q", "queues", priority, definition)


def bounded(setting: str, value: int) -> tuple[Queue, Policy]:
    """Return a queue with a bound, and a policy with the same."""
    limited = Queue("q", arguments={"x-queue-type": "quorum", f"x-{setting}": value})
    return limited, Policy("p", "^q", "queues", 1, {setting: value})


def tight(
    live: Topology, *wanted: Object, operators: tuple[Policy, ...] = (), held: Backlog | None = None
) -> list[Tightening]:
    """Return what gets tighter when all that is there is ours, and this is wanted."""
    changes = compare(collect(wanted), live, Ownership(live)).changes
    there = {one.name: one for one in operators}
    return list(tightenings(changes, live, there, {"q": held or Backlog(1000)}))


def what(found: list[Tightening]) -> list[tuple[str, object, object]]:
    return [(one.setting, one.before, one.after) for one in found]


@pytest.mark.parametrize("setting", ["max-length", "max-length-bytes", "message-ttl", "expires", "delivery-limit"])
def test_every_bound_of_a_new_policy_counts_and_none_of_a_looser_one(setting: str) -> None:
    _, added = bounded(setting, 10)
    assert what(tight(topology(queues=[queue()]), queue(), added)) == [(setting, None, 10)]
    lower, _ = bounded(setting, 9)
    assert tight(topology(queues=[lower]), lower, added) == []


def test_a_policy_that_changes_or_goes_so_that_another_one_applies() -> None:
    strong, weak = policy("strong", 2, max_length=100), policy("weak", 1, max_length=5)
    live = topology(queues=[queue()], policies=[strong, weak])
    assert what(tight(live, queue(), weak)) == [("max-length", 100, 5)]
    lowered = replace(strong, definition={"max-length": 7})
    assert what(tight(live, queue(), weak, lowered)) == [("max-length", 100, 7)]
    assert tight(live, queue(), strong) == []


def test_a_policy_that_applies_only_until_others_are_removed_counts_too() -> None:
    high, middle = policy("high", 3, max_length=100), policy("middle", 2, max_length=5)
    live = topology(queues=[queue()], policies=[high, middle])
    assert what(tight(live, queue(), replace(high, priority=1))) == [("max-length", 100, 5)]


def test_operator_policies_bound_what_is_there_too() -> None:
    live = topology(queues=[queue()])
    assert what(tight(live, queue(), operator_policy(policy(max_length=5)))) == [("max-length", None, 5)]
    held_down = (policy(max_length=5),)
    assert tight(live, queue(), policy("mine", max_length=10), operators=held_down) == []


def test_queues_of_others_count_and_those_that_go_do_not() -> None:
    live = topology(queues=[queue(), Queue("q2")])
    changes = compare(topology(policies=[policy(max_length=1)]), live, Ownership(topology(queues=[queue()]))).changes
    assert [one.queue.name for one in tightenings(changes, live, {}, {})] == ["q2"]


@pytest.mark.parametrize("overflow", ["reject-publish", "reject-publish-dlx"])
def test_a_queue_that_refuses_messages_keeps_what_it_has_until_it_drops_instead(overflow: str) -> None:
    refusing = queue("classic", overflow=overflow)
    live = topology(queues=[refusing])
    assert tight(live, refusing, policy(max_length=1, max_length_bytes=1)) == []
    by_policy = policy(overflow=overflow, max_length=5)
    live = topology(queues=[queue()], policies=[by_policy])
    assert what(tight(live, queue(), policy(max_length=5))) == [("max-length", 5, 5)]


def test_a_replacement_counts_with_its_arguments_and_deliveries_begin_anew() -> None:
    live = topology(queues=[queue("classic")])
    new = queue(max_length_bytes=10, message_ttl=5, delivery_limit=1)
    assert what(tight(live, new)) == [("max-length-bytes", None, 10), ("message-ttl", None, 5)]


@pytest.mark.parametrize(
    ("setting", "held", "may_lose"),
    [
        ("max-length", Backlog(0), False),
        ("max-length", Backlog(10), False),
        ("max-length", Backlog(11), True),
        ("max-length-bytes", Backlog(1), True),
        ("max-length-bytes", Backlog(11, 11), True),
        ("max-length-bytes", Backlog(11, 10), False),
        ("message-ttl", Backlog(0), False),
        ("message-ttl", Backlog(1), True),
        ("expires", Backlog(1), True),
        ("delivery-limit", Backlog(1), True),
    ],
)
def test_what_may_be_lost(setting: str, held: Backlog, may_lose: bool) -> None:
    assert Tightening(queue(), setting, None, 10, "policy p", held).may_lose == may_lose


def test_ages_of_streams_are_compared() -> None:
    stream = Queue("q", arguments={"x-queue-type": "stream", "x-max-age": "7D"})
    live = topology(queues=[stream])
    assert what(tight(live, stream, policy(max_age="12h"))) == []  # of a stream's age, the argument holds
    bare = Queue("q", arguments={"x-queue-type": "stream"})
    live = topology(queues=[bare], policies=[policy(max_age="7D")])
    assert what(tight(live, bare, policy(max_age="12h"))) == [("max-age", "7D", "12h")]


def test_a_plan_says_it_and_is_refused_until_it_is_accepted() -> None:
    live = topology(queues=[queue()])
    plan = plan_apply(topology(queues=[queue()], policies=[policy(max_length=10)]), live, held={"q": Backlog(1000)})
    with pytest.raises(Unsafe, match=r"queue q holds 1000 messages, and its policy p sets max-length 10.*--discard q"):
        plan.raise_if_unsafe()
    plan.raise_if_unsafe(Allowed(discard=frozenset({"q"})))
