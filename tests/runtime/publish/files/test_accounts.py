from collections import Counter

from edatool.runtime.ids import new_run, numbered
from edatool.runtime.publish.files.accounts import Accounts
from edatool.runtime.publish.files.checkpoint import Checkpoint
from edatool.runtime.publish.files.line import PayloadLine
from edatool.runtime.publish.receipt import Outcome, Receipt


def accounts(*outcomes: Outcome) -> Accounts:
    found = Accounts(Checkpoint("run", "e", ("f",), 1, 11, {"confirmed": 1}))
    for position, outcome in enumerate(outcomes, 2):
        found.add(PayloadLine("f", position, b"{}", position, 0, position * 11), Receipt("e", outcome))
    return found


def test_what_has_a_sure_outcome_is_settled() -> None:
    found = accounts("confirmed", "rejected", "unroutable", "nacked")
    assert (found.checkpoint.position, found.checkpoint.checksum, found.stopped) == (5, 55, None)
    assert found.checkpoint.outcomes == {"confirmed": 2, "rejected": 1, "unroutable": 1, "nacked": 1}


def test_the_checkpoint_stays_before_the_first_line_that_may_have_arrived() -> None:
    found = accounts("confirmed", "unknown", "confirmed", "unknown")
    assert (found.checkpoint.position, found.checkpoint.outcomes) == (2, {"confirmed": 2})
    assert found.stopped
    assert found.stopped[0].position == 3
    assert found.outcomes == Counter(confirmed=3, unknown=2)


def test_nothing_settled_is_where_it_started() -> None:
    found = accounts("unknown")
    assert found.checkpoint == found.start


def test_the_ids_of_a_run_are_the_same_again_and_sort_by_number() -> None:
    run = new_run()
    ids = [numbered(run, number) for number in (1, 2, 255, 256, 2**39)]
    assert ids == [numbered(run, number) for number in (1, 2, 255, 256, 2**39)] == sorted(ids)
    assert {len(one) for one in ids} == {36}
    assert {one[14] for one in ids} == {"7"}
    assert len(set(ids)) == 5
