import pytest

from edatool.change.diff import Create, Delete, Difference, Ignored, Replace, Update, compare
from edatool.change.plan import phases, plan_apply, plan_destroy
from edatool.errors import Unsafe
from edatool.routing.topology import Binding, Exchange, Policy, Queue, topology

E, F, Q = Exchange("e", "topic"), Exchange("f", "fanout"), Queue("q", arguments={"x-max-length": 5})
TO_Q, TO_F = Binding("e", "q", key="a"), Binding("e", "f", to_exchange=True, key="#")
P = Policy("p", "^q", definition={"max-length": 3})
ALL = topology([E, F], [Q], [TO_F, TO_Q], [P])


def test_what_is_not_there_is_created_and_what_is_there_alike_is_left() -> None:
    compared = compare(ALL, topology([E], [Q], [TO_Q]))
    assert compared.changes == (Create(P), Create(F), Create(TO_F))
    assert compared.unchanged == 3


def test_what_only_the_broker_has_is_foreign() -> None:
    mine, theirs = Queue("theirs"), Binding("e", "theirs", key="x")
    compared = compare(topology([E]), topology([E], [mine], [theirs], [P]))
    assert compared.changes == ()
    assert compared.foreign == topology([], [mine], [theirs], [P])


@pytest.mark.parametrize(
    ("live", "difference"),
    [
        (Queue("q", arguments={"x-max-length": 6}), Difference("x-max-length", 6, 5)),
        (Queue("q", arguments={}), Difference("x-max-length", None, 5)),
        (Queue("q", durable=False, arguments={"x-max-length": 5}), Difference("durable", False, True)),
        (Queue("q", arguments={"x-max-length": 5, "x-expires": 1}), Difference("x-expires", 1, None)),
    ],
)
def test_a_queue_that_differs_cannot_be_changed_in_place(live: Queue, difference: Difference) -> None:
    plan = plan_apply(topology(queues=[Q]), topology(queues=[live]))
    assert plan.compared.changes == (Replace(Q, (difference,)),)
    with pytest.raises(Unsafe, match="queue q"):
        plan.raise_if_unsafe()


@pytest.mark.parametrize(
    "live", [Exchange("e", "direct"), Exchange("e", "topic", arguments={"alternate-exchange": "f"})]
)
def test_an_exchange_that_differs_in_type_or_alternate_cannot_be_changed_in_place(live: Exchange) -> None:
    assert isinstance(compare(topology([E]), topology([live])).changes[0], Replace)


def test_differences_that_rabbitmq_ignores_are_reported_and_no_steps() -> None:
    exchange = Exchange("e", "x-consistent-hash", arguments={"hash-header": "id"})
    queue = Queue("q", arguments={"x-of-a-plugin": 1})
    plan = plan_apply(topology([exchange], [queue]), topology([Exchange("e", "x-consistent-hash")], [Queue("q")]))
    assert [type(change) for change in plan.compared.changes] == [Ignored, Ignored]
    assert plan.steps == ()
    plan.raise_if_unsafe()


def test_a_policy_is_changed_in_place() -> None:
    before = Policy("p", "^q", definition={"max-length": 2})
    plan = plan_apply(topology(policies=[P]), topology(policies=[before]))
    assert plan.steps == (Update(P, (Difference("max-length", 2, 3),)),)


@pytest.mark.parametrize("other", [True, 1.0, "1"])
def test_argument_values_are_compared_with_their_types(other: object) -> None:
    wanted, found = Queue("q", arguments={"x-max-length": 1}), Queue("q", arguments={"x-max-length": other})
    assert compare(topology(queues=[wanted]), topology(queues=[found])).changes


def test_creation_goes_from_policies_to_bindings_and_binds_queues_first() -> None:
    order = [[step.object for step in group] for group in phases(plan_apply(ALL, topology()))]
    assert order == [[P], [E, F], [Q], [TO_Q], [TO_F]]


def test_policies_to_change_are_among_the_steps_of_a_phase() -> None:
    before = Policy("p", "^q", definition={"max-length": 2})
    order = phases(plan_apply(topology(policies=[P]), topology(policies=[before])))
    assert [[step.object for step in group] for group in order] == [[P]]


def test_destruction_goes_the_other_way_and_touches_only_what_is_declared() -> None:
    theirs = Queue("theirs")
    live = topology([E, F], [Q, theirs], [TO_Q, TO_F, Binding("e", "theirs")], [P])
    plan = plan_destroy(ALL, live)
    assert [[step.object for step in group] for group in phases(plan)] == [[TO_F], [TO_Q], [Q], [E, F], [P]]
    assert all(isinstance(step, Delete) for step in plan.steps)


def test_destruction_of_what_is_gone_has_no_steps() -> None:
    assert plan_destroy(ALL, topology()).steps == ()
