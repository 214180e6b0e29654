import pytest

from edatool.change.allowed import Allowed
from edatool.change.changes import Adopt, Create, Delete, Difference, IgnoredUpdate, Replace, Update
from edatool.change.diff import compare
from edatool.change.ownership import Ownership
from edatool.change.phases import phases
from edatool.change.plan import plan_apply
from edatool.errors import Unsafe
from edatool.routing.topology import Binding, Exchange, Object, Policy, Queue, collect, topology

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
    assert [type(change) for change in plan.compared.changes] == [IgnoredUpdate, IgnoredUpdate]
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
    order = [[step.object for step in group] for group in phases(plan_apply(ALL, topology()).steps)]
    assert order == [[P], [E, F], [Q], [TO_Q], [TO_F]]


def test_a_way_opens_at_its_end_first_and_closes_at_its_beginning() -> None:
    to_g, g_to_f, f_to_q = Binding("e", "g", True, "#"), Binding("g", "f", True, "#"), Binding("f", "q", key="#")
    whole = topology([E, F, Exchange("g", "topic")], [Q], [to_g, g_to_f, f_to_q])
    there = topology(whole.exchanges.values(), [Q])
    opened = [[step.object for step in group] for group in phases(plan_apply(whole, there).steps)]
    assert opened == [[f_to_q], [g_to_f], [to_g]]
    closed = [[step.object for step in group] for group in phases(plan_apply(there, whole, Ownership(whole)).steps)]
    assert closed == [[to_g], [g_to_f], [f_to_q]]


def test_exchanges_in_a_circle_are_bound_and_unbound() -> None:
    around = [Binding("e", "f", True, "#"), Binding("f", "e", True, "#")]
    groups = phases(plan_apply(topology([E, F], bindings=around), topology([E, F])).steps)
    assert [step.object for group in groups for step in group] == around


def test_policies_to_change_are_among_the_steps_of_a_phase() -> None:
    before = Policy("p", "^q", definition={"max-length": 2})
    order = phases(plan_apply(topology(policies=[P]), topology(policies=[before])).steps)
    assert [[step.object for step in group] for group in order] == [[P]]


def test_removal_goes_the_other_way_and_touches_only_what_is_ours() -> None:
    theirs = Queue("theirs")
    live = topology([E, F], [Q, theirs], [TO_Q, TO_F], [P])
    plan = plan_apply(topology(), live, Ownership(ALL))
    assert [[step.object for step in group] for group in phases(plan.steps)] == [[TO_F], [TO_Q], [Q], [E, F], [P]]
    assert all(isinstance(step, Delete) for step in plan.steps)
    assert plan.compared.foreign == topology(queues=[theirs])


def test_what_is_ours_and_gone_already_is_no_step() -> None:
    assert plan_apply(topology(), topology(), Ownership(ALL)).steps == ()


def test_without_knowing_what_is_ours_nothing_is_removed() -> None:
    assert plan_apply(topology(), ALL).steps == ()


def test_bindings_are_made_before_others_are_removed() -> None:
    new = Binding("e", "q", key="b")
    plan = plan_apply(topology([E], [Q], [new]), topology([E], [Q], [TO_Q]), Ownership(topology([E], [Q], [TO_Q])))
    assert [[(type(step), step.object) for step in group] for group in phases(plan.steps)] == [
        [(Create, new)],
        [(Delete, TO_Q)],
    ]


def test_what_is_there_and_not_ours_is_taken_over_only_where_that_is_allowed() -> None:
    plan = plan_apply(topology([E]), topology([E]), Ownership())
    assert plan.steps == (Adopt(E),)
    with pytest.raises(Unsafe, match=r"not made from this spec, and there already: exchange e: .*--adopt"):
        plan.raise_if_unsafe()
    plan.raise_if_unsafe(Allowed(adopt=True))


def test_what_another_spec_owns_is_never_taken_over() -> None:
    plan = plan_apply(topology([E]), topology([E]), Ownership(others={("exchange", "e"): "billing"}))
    with pytest.raises(Unsafe, match="exchange e \\(of 'billing'\\)"):
        plan.raise_if_unsafe(Allowed(adopt=True))


@pytest.mark.parametrize(
    "needing",
    [
        Binding("e", "theirs", key="x"),
        Binding("theirs", "e", to_exchange=True),
        Exchange("theirs", "fanout", arguments={"alternate-exchange": "e"}),
        Queue("theirs", arguments={"x-dead-letter-exchange": "e"}),
    ],
    ids=["binding from it", "binding to it", "alternate", "dead letters"],
)
def test_what_others_need_is_not_removed(needing: Object) -> None:
    plan = plan_apply(topology(), collect([E, needing]), Ownership(topology([E])))
    assert plan.steps == (Delete(E, (needing,)),)
    with pytest.raises(Unsafe, match=r"exchange e would go, and is needed by .*theirs"):
        plan.raise_if_unsafe()


def test_an_auto_delete_exchange_that_stays_does_not_lose_its_last_binding() -> None:
    vanishing = Exchange("e", "topic", auto_delete=True)
    live = topology([vanishing], [Q], [TO_Q])
    plan = plan_apply(topology([vanishing], [Q]), live, Ownership(live))
    assert plan.steps == (Delete(TO_Q, (vanishing,)),)
    with pytest.raises(Unsafe, match="needed by exchange e"):
        plan.raise_if_unsafe()
    other = Binding("e", "q", key="b")
    plan_apply(topology([vanishing], [Q], [other]), live, Ownership(live)).raise_if_unsafe()


def test_a_plan_is_known_again_by_its_fingerprint_and_another_one_is_not() -> None:
    one = plan_apply(topology([E, F], [Q]), topology([E]))
    same = plan_apply(topology([F, E], [Q]), topology([E]))
    other = plan_apply(topology([E, F], [Q]), topology([F]))
    assert one.fingerprint == same.fingerprint
    assert one.fingerprint != other.fingerprint


def test_a_fingerprint_changes_with_what_others_bind_to_ours_and_not_with_what_has_nothing_to_do_with_it() -> None:
    theirs, elsewhere = Queue("theirs"), Binding("amq.fanout", "theirs")
    near, far = Binding("e", "f", to_exchange=True), Binding("f", "theirs")
    one = plan_apply(topology([E]), topology([E, F], [theirs], [elsewhere]))
    unrelated = plan_apply(topology([E]), topology([E, F], [theirs], [far]))
    passing = plan_apply(topology([E]), topology([E, F], [theirs], [Binding("e", "of-a-connection")]))
    attached = plan_apply(topology([E]), topology([E, F], [theirs], [near]))
    further = plan_apply(topology([E]), topology([E, F], [theirs], [near, far]))
    assert one.fingerprint == unrelated.fingerprint == passing.fingerprint
    assert len({one.fingerprint, attached.fingerprint, further.fingerprint}) == 3


def test_what_is_external_has_to_be_there_and_is_let_go_of_where_it_was_ours() -> None:
    live = topology([E], [Q], [TO_Q])
    plan = plan_apply(topology(bindings=[TO_Q]), live, Ownership(live), external=topology([E], [Q]))
    assert plan.steps == ()
    assert plan.compared.foreign == topology()
    absent = plan_apply(topology(bindings=[TO_Q]), topology([E]), Ownership(live), external=topology([F], [Q]))
    with pytest.raises(Unsafe, match="declared as external, and not there as declared: exchange f, queue q"):
        absent.raise_if_unsafe()


@pytest.mark.parametrize("found", [Queue("q", arguments={"x-max-length": 6}), Queue("q", durable=False)])
def test_what_is_otherwise_than_it_was_recorded_is_not_ours(found: Queue) -> None:
    live = topology(queues=[found])
    assert compare(topology(), live, Ownership(topology(queues=[Q]))).changes == ()
    adopted, replaced = compare(topology(queues=[Q]), live, Ownership(topology(queues=[Q]))).changes
    assert (adopted, type(replaced)) == (Adopt(Q), Replace)


def test_what_another_spec_has_too_is_not_removed() -> None:
    ownership = Ownership(topology([E], [Q]), {("queue", "q"): "billing"})
    assert compare(topology(), topology([E], [Q]), ownership).changes == (Delete(E),)


def test_what_another_spec_has_and_is_gone_is_not_made_in_its_place() -> None:
    plan = plan_apply(topology(queues=[Q]), topology(), Ownership(topology(), {("queue", "q"): "billing"}))
    assert plan.compared.changes == (Adopt(Q, "billing"), Create(Q))
    with pytest.raises(Unsafe, match=r"other specs own:? queue q \(of 'billing'\)"):
        plan.raise_if_unsafe(Allowed(adopt=True))


@pytest.mark.parametrize(("kept", "asks"), [(0, True), (1, True), (2, False), (19, False)])
def test_less_than_a_tenth_of_what_is_ours_takes_a_word_to_stay_alone(kept: int, asks: bool) -> None:
    queues = [Queue(f"q{number}") for number in range(20)]
    ours = topology(queues=queues)
    plan = plan_apply(topology(queues=queues[:kept]), ours, Ownership(ours))
    plan.raise_if_unsafe(Allowed(removals=True))
    assert plan.removes_nearly_all is asks
    if asks:
        with pytest.raises(
            Unsafe, match=rf"{20 - kept} of the 20 objects .* two specs have one name.*--allow-removals"
        ):
            plan.raise_if_unsafe()
    else:
        plan.raise_if_unsafe()


def test_what_becomes_external_stays() -> None:
    ours = topology(queues=[Q, Queue("gone")])
    plan_apply(topology(), ours, Ownership(ours), external=topology(queues=[Q])).raise_if_unsafe()


def test_what_others_made_is_not_to_be_replaced_before_it_is_adopted() -> None:
    live = topology(queues=[Queue("q")])
    for ownership in (Ownership(), Ownership(others={("queue", "q"): "billing"})):
        plan = plan_apply(topology(queues=[Q]), live, ownership)
        for replace in (frozenset[str](), frozenset({"q"})):
            with pytest.raises(Unsafe) as refused:
                plan.raise_if_unsafe(Allowed(replace=replace))
            assert "--replace" not in str(refused.value)
    plan = plan_apply(topology(queues=[Q]), live, Ownership())
    with pytest.raises(Unsafe, match=r"otherwise than declared: queue q: .*--adopt"):
        plan.raise_if_unsafe()
    with pytest.raises(Unsafe, match="--replace q"):
        plan.raise_if_unsafe(Allowed(adopt=True))
    plan.raise_if_unsafe(Allowed(adopt=True, replace=frozenset({"q"})))
