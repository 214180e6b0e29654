"""What consumers see of an inbox: each event is one's alone, and handled once."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from edatool.errors import WrongUsage
from edatool.runtime.database.sqlite import made
from edatool.runtime.inbox.claims import Answer, Busy, Claimed, Dead, Done
from edatool.runtime.inbox.inbox import Inbox
from edatool.runtime.inbox.open import open_inbox
from edatool.runtime.inbox.schema import INBOX
from edatool.runtime.inbox.sql import SqlStore

LEASE = 60.0


def claimed(inbox: Inbox, message_id: str = "1", lease: float = LEASE) -> Claimed:
    answer = inbox.claim("orders", message_id, lease)
    assert isinstance(answer, Claimed), answer
    return answer


def taken_over(inbox: Inbox, message_id: str = "1") -> Claimed:
    """Claim what somebody else has claimed, and has not renewed since it was seen."""
    seen = inbox.claim("orders", message_id, LEASE)
    assert isinstance(seen, Busy), seen
    answer = inbox.claim("orders", message_id, LEASE, seen.held)
    assert isinstance(answer, Claimed), answer
    return answer


def test_what_one_has_claimed_is_busy_for_others_until_it_is_done(inbox: Inbox) -> None:
    claim = claimed(inbox)
    assert isinstance(inbox.claim("orders", "1", LEASE), Busy)
    assert inbox.complete(claim)
    assert inbox.claim("orders", "1", LEASE) == Done()


def test_each_consumer_remembers_by_itself(inbox: Inbox) -> None:
    inbox.complete(claimed(inbox))
    assert isinstance(inbox.claim("notifications", "1", LEASE), Claimed)


def test_completing_twice_is_as_completing_once(inbox: Inbox) -> None:
    claim = claimed(inbox)
    assert inbox.complete(claim)
    assert inbox.complete(claim)


def test_what_failed_may_be_claimed_at_once_and_the_earlier_claim_is_over(inbox: Inbox) -> None:
    first = claimed(inbox)
    assert inbox.fail(first)
    assert not inbox.complete(first)
    second = claimed(inbox)
    assert second.token > first.token
    assert not inbox.complete(first)
    assert inbox.complete(second)


def test_a_claim_whose_lease_is_over_holds_until_another_takes_it(inbox: Inbox) -> None:
    first = claimed(inbox, lease=-1)
    assert inbox.complete(first)
    lost = claimed(inbox, "2", lease=-1)
    second = taken_over(inbox, "2")
    assert second.token > lost.token
    assert [inbox.complete(lost), inbox.fail(lost), inbox.bury(lost)] == [False] * 3
    assert inbox.complete(second)


def test_what_is_dead_stays_so_until_it_is_reopened(inbox: Inbox) -> None:
    claim = claimed(inbox)
    assert not inbox.reopen("orders", "1")
    assert inbox.bury(claim)
    assert inbox.claim("orders", "1", LEASE) == Dead()
    assert inbox.reopen("orders", "1")
    assert not inbox.reopen("orders", "1")
    assert inbox.complete(claimed(inbox))
    assert not inbox.reopen("orders", "1")


@pytest.mark.parametrize("message_id", ["x" * 10_000, "a\0b", "\ud800", ""])
def test_any_text_identifies(inbox: Inbox, message_id: str) -> None:
    inbox.complete(claimed(inbox, message_id))
    assert inbox.claim("orders", message_id, LEASE) == Done()
    assert isinstance(inbox.claim("orders", message_id + "c", LEASE), Claimed)


def test_purging_forgets_what_is_old_and_not_what_is_claimed(inbox: Inbox) -> None:
    inbox.complete(claimed(inbox, "done"))
    inbox.bury(claimed(inbox, "dead"))
    claimed(inbox, "over", lease=-1)
    held = claimed(inbox, "held")
    assert inbox.purge(3600) == 0
    assert inbox.purge(-1) == 3
    assert inbox.complete(held)
    assert isinstance(inbox.claim("orders", "done", LEASE), Claimed)


def test_events_are_counted_by_consumer_and_state_with_the_age_of_the_oldest(inbox: Inbox) -> None:
    for settle, name in ((inbox.complete, "a"), (inbox.complete, "b"), (inbox.fail, "c"), (inbox.bury, "d")):
        settle(claimed(inbox, name))
    claimed(inbox, "held")
    claimed(inbox, "over", lease=-1)
    inbox.claim("a:b*", "1", LEASE)
    counts = inbox.count()
    assert [(one.consumer, one.state, one.events) for one in counts] == [
        ("a:b*", "claimed", 1),
        ("orders", "abandoned", 1),
        ("orders", "claimed", 1),
        ("orders", "dead", 1),
        ("orders", "done", 2),
        ("orders", "failed", 1),
    ]
    assert all(0 <= one.age < LEASE for one in counts)


def test_purging_for_one_consumer_leaves_others_their_memory(inbox: Inbox) -> None:
    for consumer in ("orders", "[o]rders", "o*", "others"):
        answer = inbox.claim(consumer, "1", LEASE)
        assert isinstance(answer, Claimed)
        inbox.complete(answer)
    assert [inbox.purge(-1, consumer) for consumer in ("[o]rders", "o*", "nobody")] == [1, 1, 0]
    assert [one.consumer for one in inbox.count()] == ["orders", "others"]


def test_a_consumer_forgets_what_is_past_its_own_retention_and_not_what_others_remember(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edatool.runtime.inbox.sql.TIDY", 0.0)
    with open_inbox(place, retention=-1) as short, open_inbox(place) as long:
        short.complete(claimed(short, "short"))
        other = long.claim("others", "1", LEASE)
        assert isinstance(other, Claimed)
        long.complete(other)
        held = claimed(short, "held")  # which is when it forgets
        assert [(one.consumer, one.state) for one in short.count()] == [("orders", "claimed"), ("others", "done")]
        assert short.complete(held)


def test_a_claim_that_was_renewed_since_it_was_seen_goes_on(inbox: Inbox) -> None:
    first, lost = claimed(inbox), claimed(inbox, "lost")
    seen, second = inbox.claim("orders", "1", LEASE), taken_over(inbox, "lost")
    assert isinstance(seen, Busy)
    inbox.renew([first, lost], 2 * LEASE)
    assert isinstance(inbox.claim("orders", "1", LEASE, seen.held), Busy)
    assert inbox.complete(first)
    assert not inbox.complete(lost)
    assert inbox.complete(second)


def test_many_threads_that_want_the_same_events_have_each_once(inbox: Inbox) -> None:
    answers: list[Answer] = []
    begin = threading.Barrier(16)

    def work() -> None:
        begin.wait()
        for number in range(50):
            answers.append(inbox.claim("orders", str(number), LEASE))

    threads = [threading.Thread(target=work) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    claims = [one for one in answers if isinstance(one, Claimed)]
    assert sorted(int(one.message_id) for one in claims) == list(range(50))
    assert len(answers) == 800


def test_a_process_that_forked_is_told_to_open_its_own(tmp_path: Path) -> None:
    with open_inbox(tmp_path / "inbox.db") as inbox:
        child = os.fork()
        if child == 0:
            try:
                inbox.claim("orders", "1", LEASE)
            except WrongUsage as error:
                os._exit(7 if "open one in each process" in str(error) else 1)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_whoever_waits_for_one_that_is_interrupted_gets_an_error_and_the_next_goes_on(tmp_path: Path) -> None:
    store = SqlStore(made(tmp_path / "inbox.db", INBOX, "FULL", 1.0), LEASE)
    inbox, entered, go_on = Inbox(store), threading.Event(), threading.Event()
    apply = store.apply

    def first_waits_then_is_interrupted(*asked: Any) -> Any:
        if not entered.is_set():
            entered.set()
            go_on.wait(30)
            return apply(*asked)
        store.apply = apply  # type: ignore[method-assign]
        raise KeyboardInterrupt

    store.apply = first_waits_then_is_interrupted  # type: ignore[assignment, method-assign]
    raised: list[str] = []

    def ask(number: int) -> None:
        try:
            inbox.claim("orders", str(number), LEASE)
        except BaseException as error:  # noqa: BLE001 - its kind is what is tested
            raised.append(type(error).__name__)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    threads[0].start()
    assert entered.wait(30)
    for one in threads[1:]:
        one.start()
    while len(inbox._waiting) < 2:
        time.sleep(0.001)
    go_on.set()
    for one in threads:
        one.join(30)
    assert sorted(raised) == ["InboxError", "KeyboardInterrupt"]
    assert isinstance(inbox.claim("orders", "1", LEASE), Claimed)
    inbox.close()
