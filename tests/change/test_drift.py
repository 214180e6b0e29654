from edatool.change.changes import Adopt, Create, Delete, Difference
from edatool.change.drift import Attached, Changed, Returned, Vanished, drift
from edatool.change.ledger import Ledger, LedgerEntry
from edatool.change.ledgers import Ledgers
from edatool.routing.overriding import Said
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology

E, Q = Exchange("e", "topic"), Queue("q", arguments={"x-max-length": 5})
TO_Q = Binding("e", "q", key="a")
OURS = topology([E], [Q], [TO_Q])


def ledgers(ours: Topology = OURS, removed: Topology | None = None, others: tuple[Ledger, ...] = ()) -> Ledgers:
    return Ledgers(Ledger("shop", "/", ours, removed or topology()), others)


def test_a_broker_as_the_last_apply_left_it_has_not_drifted() -> None:
    foreign = topology([E], [Q, Queue("theirs")], [TO_Q, Binding("amq.topic", "theirs")])
    assert drift(OURS, foreign, ledgers()).clean


def test_what_was_changed_and_deleted_outside_is_found() -> None:
    compared = drift(OURS, topology([E], [Queue("q", arguments={"x-max-length": 6})]), ledgers())
    assert compared.drifts == (Changed(Q, (Difference("x-max-length", 5, 6),)), Vanished(TO_Q))
    assert compared.unapplied == ()


def test_what_was_removed_and_is_there_again_is_found_unless_another_spec_made_it() -> None:
    old = Queue("old")
    live = topology([E], [Q, old], [TO_Q])
    assert drift(OURS, live, ledgers(removed=topology(queues=[old]))).drifts == (Returned(old),)
    theirs = (Ledger("billing", "/", topology(queues=[old])),)
    assert drift(OURS, live, ledgers(removed=topology(queues=[old]), others=theirs)).clean


def test_bindings_of_others_from_and_to_what_is_ours_are_found() -> None:
    from_ours, to_ours = Binding("e", "theirs", key="#"), Binding("amq.topic", "q", key="x")
    live = topology([E], [Q], [TO_Q, from_ours, to_ours])
    theirs = (Ledger("billing", "/", topology(bindings=[from_ours])),)
    assert drift(OURS, live, ledgers(others=theirs)).drifts == (Attached(from_ours, "billing"), Attached(to_ours, None))


def test_what_the_spec_says_otherwise_than_the_last_apply_did_is_not_applied_yet() -> None:
    new = Queue("new")
    compared = drift(topology([E], [Q, new]), OURS, ledgers())
    assert compared.drifts == ()
    assert compared.unapplied == (Create(new), Delete(TO_Q))
    assert not compared.clean


def test_a_policy_that_overrides_a_queue_of_ours_is_told_and_is_no_drift() -> None:
    bound = Policy("bounds", "^q$", "queues", 1, {"max-length": 3})
    compared = drift(OURS, OURS, ledgers(), operator_policies=[bound])
    (shadowed,) = compared.shadowed
    assert (shadowed.object, shadowed.setting.holds) == (Q, Said("operator policy bounds", 3))
    assert shadowed.setting.without_effect == (Said("argument", 5),)
    assert compared.clean


def test_what_the_spec_declares_and_others_made_is_to_be_adopted_as_in_a_plan() -> None:
    released = topology([E])
    compared = drift(OURS, OURS, ledgers(released))
    assert compared.drifts == ()
    assert compared.unapplied == (Adopt(Q), Adopt(TO_Q))


def test_what_an_apply_without_an_end_did_not_make_is_not_applied_yet() -> None:
    began = LedgerEntry(1, "2026-11-25T12:00:00Z", "ann@desk", None, created=3, changed=0, removed=0)
    known = Ledgers(Ledger("shop", "/", OURS, history=(began,)))
    compared = drift(OURS, topology([E]), known)
    assert compared.drifts == ()
    assert compared.unapplied == (Create(Q), Create(TO_Q))
