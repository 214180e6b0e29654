import pytest

from edatool.change.changes import Change, Create, Delete, IgnoredUpdate, Replace, Update
from edatool.change.consequences.after import after
from edatool.change.diff import compare
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Setting, Topology, topology

E, F = Exchange("e", "topic"), Exchange("f", "fanout", auto_delete=True)
Q, R = Queue("q"), Queue("r")
TO_Q, TO_F, F_TO_R = Binding("e", "q", key="a"), Binding("e", "f", to_exchange=True, key="#"), Binding("f", "r")
P = Policy("p", "^q", definition={"max-length": 3})
ALL = topology([E, F], [Q, R], [TO_Q, TO_F, F_TO_R], [P])


def names(one: Topology) -> set[str]:
    return {*one.exchanges, *one.queues, *one.policies, *map(str, one.bindings.values())}


def test_what_is_compared_and_carried_out_is_what_is_wanted_and_what_was_foreign() -> None:
    live = topology([E], [Queue("theirs"), Queue("q", arguments={"x-max-length": 1})], [TO_Q], [])
    found = after(live, compare(ALL, live).changes)
    assert compare(ALL, found).changes == ()
    assert found.queues.keys() == {"q", "r", "theirs"}


@pytest.mark.parametrize("kind", [Update, Replace])
def test_a_changed_object_is_as_wanted_and_keeps_its_bindings(kind: type[Update | Replace]) -> None:
    wanted = Exchange("e", "headers")
    assert after(ALL, [kind(wanted, ())]) == topology([wanted, F], [Q, R], [TO_Q, TO_F, F_TO_R], [P])


def test_what_rabbitmq_ignores_changes_nothing() -> None:
    assert after(ALL, [IgnoredUpdate(Exchange("e", "headers"), ())]) == ALL


@pytest.mark.parametrize(
    ("gone", "names_gone"),
    [
        (P, {"p"}),
        (TO_Q, {str(TO_Q)}),
        (Q, {"q", str(TO_Q)}),
        (E, {"e", str(TO_Q), str(TO_F)}),
        # f is auto-delete, and leads nowhere any more.
        (R, {"r", str(F_TO_R), "f", str(TO_F)}),
        (F_TO_R, {str(F_TO_R), "f", str(TO_F)}),
    ],
)
def test_with_an_object_goes_what_cannot_be_without_it(
    gone: Policy | Binding | Queue | Exchange, names_gone: set[str]
) -> None:
    assert names(after(ALL, [Delete(gone)])) == names(ALL) - names_gone


def test_auto_delete_exchanges_go_one_after_the_other() -> None:
    chain = [Exchange(name, "fanout", auto_delete=True) for name in "abc"]
    bindings = [Binding("a", "b", to_exchange=True), Binding("b", "c", to_exchange=True), Binding("c", "q")]
    assert after(topology(chain, [Q], bindings), [Delete(Q)]) == topology()


def test_an_auto_delete_exchange_stays_while_another_binding_leads_on() -> None:
    changes: list[Change] = [Create(Binding("f", "q")), Delete(F_TO_R)]
    assert "f" in after(ALL, changes).exchanges


def test_an_auto_delete_exchange_that_was_never_bound_stays() -> None:
    assert after(topology([F], [Q]), [Delete(Q)]) == topology([F])


def test_settings_stay_after_a_removal_but_for_those_that_are_removed() -> None:
    bound, other = (
        Setting("operator policy", "bound", {"priority": 0}),
        Setting("vhost limit", "max-queues", {"value": 9}),
    )
    live = topology([E], [Q], [TO_Q], [], [bound, other])
    assert after(live, [Delete(Q)]) == topology([E], [], [], [], [bound, other])
    assert after(live, [Delete(bound)]) == topology([E], [Q], [TO_Q], [], [other])
