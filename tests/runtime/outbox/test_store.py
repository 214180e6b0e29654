"""Which messages a relay may send, and when; on a clock that the test moves."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from edatool.broker.message import AmqpMessage
from edatool.runtime.outbox.file import for_relaying
from edatool.runtime.outbox.leases import LONGEST_WAIT, DueMessage, Landed, OutboxStore
from edatool.runtime.outbox.schema import LANES, OutboxDestination
from tests.runtime.outbox.kept import fill, ids_kept, message

ATTEMPTS = 3
LEASE = 30.0


OPENED: list[OutboxStore] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close the stores of a test."""
    yield
    while OPENED:
        OPENED.pop().database.close()


def store(file: Path, holder: str = "one") -> OutboxStore:
    OPENED.append(OutboxStore(for_relaying(file), holder, ATTEMPTS))
    return OPENED[-1]


def waiting(store: OutboxStore) -> list[DueMessage]:
    """Claim all lanes with something to send, and return what may be sent."""
    lanes: list[int] = []
    while claimed := store.claim(LEASE):
        lanes += claimed
    return store.waiting(lanes, 1000, 10**9) if lanes else []


def settle(store: OutboxStore, landed: Iterable[Landed]) -> list[str]:
    """Settle, and return the numbers of what is parked."""
    return [str(one.waiting.seq) for one in store.settle(list(landed), range(LANES))]


def all_(found: Iterable[DueMessage], outcome: Literal["confirmed", "refused", "unanswered"]) -> list[Landed]:
    return [Landed(one, outcome, "why") for one in found]


def time_passes(store: OutboxStore, seconds: float = LONGEST_WAIT) -> None:
    store.database.run("UPDATE edatool_outbox_held SET due = due - ?", (seconds,))
    store.database.run("UPDATE edatool_outbox_lane SET until = until - ?", (seconds,))


def keys(found: Iterable[DueMessage]) -> list[tuple[str, int]]:
    return [(one.place.key, one.seq) for one in found]


def test_a_message_comes_back_as_it_was_added(file: Path) -> None:
    headers = {"n": 2**62, "flag": True, "text": "é\x00", "list": ["a", "b"], "table": {"x": 1}}
    original = AmqpMessage("e", "k", headers, bytes(range(256)), "placed", "id", "shop", 1234567890, "text/plain")
    fill(file, [original])
    one = store(file)
    found = waiting(one)
    assert list(one.messages(found).values()) == [original]
    assert (found[0].place, found[0].size) == (OutboxDestination("", "e", "k"), 256)


def test_a_lane_that_one_relay_holds_is_not_anothers_until_the_lease_is_over(file: Path) -> None:
    fill(file, [message(1)])
    one, other = store(file, "one"), store(file, "other")
    assert len(waiting(one)) == 1
    assert other.claim(LEASE) == []
    one.renew([OutboxDestination("", "", "q").lane], LEASE * 3)
    time_passes(one, LEASE + 1)
    assert other.claim(LEASE) == []
    time_passes(one, LEASE * 2)
    assert len(waiting(other)) == 1


def test_a_relay_that_lost_its_lane_does_not_give_back_anothers(file: Path) -> None:
    fill(file, [message(1)])
    one, other, third = store(file, "one"), store(file, "other"), store(file, "third")
    found = waiting(one)
    time_passes(one, LEASE + 1)
    assert len(waiting(other)) == 1
    settle(one, all_(found, "unanswered"))
    one.renew(range(LANES), 0.0)
    assert third.claim(LEASE) == []


def test_relays_leave_half_of_the_free_lanes_to_others(file: Path) -> None:
    fill(file, [message(number, key=f"k{number}") for number in range(1000)])
    claimed = [len(store(file, str(number)).claim(LEASE)) for number in range(8)]
    assert claimed == [32, 16, 8, 4, 2, 1, 1, 0]


def test_lanes_that_were_served_come_after_the_others(file: Path) -> None:
    fill(file, [message(number, key=f"k{number}") for number in range(1000)])
    one = store(file)
    first = one.claim(LEASE)
    one.settle([], first)
    assert set(one.claim(LEASE)) == set(range(LANES)) - set(first)


def test_messages_of_a_key_come_in_order_and_no_more_than_asked_for(file: Path) -> None:
    fill(file, [message(number, key="ab"[number % 2]) for number in range(20)])
    one = store(file)
    lanes = [*one.claim(LEASE), *one.claim(LEASE)]
    found = one.waiting(lanes, 4, 10**9)
    assert sorted(keys(found)) == [("a", 1), ("a", 3), ("a", 5), ("a", 7), ("b", 2), ("b", 4), ("b", 6), ("b", 8)]
    assert [one.seq for one in found] == sorted(one.seq for one in found)


def test_no_more_bytes_come_than_asked_for_but_one_message_at_least(file: Path) -> None:
    fill(file, [message(number, body=b"x" * 100) for number in range(10)])
    one = store(file)
    lanes = one.claim(LEASE)
    assert [len(one.waiting(lanes, 10, most)) for most in (50, 100, 350, 10_000)] == [1, 1, 3, 10]


def test_what_is_confirmed_is_gone_and_what_had_no_outcome_is_tried_again(file: Path) -> None:
    fill(file, [message(number) for number in range(3)])
    one = store(file)
    found = waiting(one)
    settle(one, all_(found[:2], "confirmed"))
    assert ids_kept(file) == ["2"]
    assert keys(waiting(one)) == [("q", 3)]


def test_a_refused_key_is_held_and_others_go_on(file: Path) -> None:
    fill(file, [message(number, key="ab"[number % 2]) for number in range(6)])
    one = store(file)
    found = waiting(one)
    settle(one, [Landed(w, "refused" if w.place.key == "a" else "confirmed", "why") for w in found[:4]])
    assert keys(waiting(one)) == [("b", 6)]


def test_a_held_key_is_tried_with_its_first_message_alone_and_goes_on_when_that_is_confirmed(file: Path) -> None:
    fill(file, [message(number) for number in range(4)])
    one = store(file)
    settle(one, all_(waiting(one), "refused"))
    time_passes(one)
    first = waiting(one)
    assert keys(first) == [("q", 1)]
    settle(one, all_(first, "confirmed"))
    assert keys(waiting(one)) == [("q", 2), ("q", 3), ("q", 4)]


def test_the_waits_of_a_held_key_grow(file: Path) -> None:
    fill(file, [message(1)])
    one = store(file)
    waits = []
    for _ in range(2):
        settle(one, all_(waiting(one), "refused"))
        ((wait,),) = one.database.run(f"SELECT due - {one.database.dialect.now} FROM edatool_outbox_held")
        waits.append(round(wait))
        time_passes(one)
    assert waits == [1, 2]


def test_a_message_is_parked_after_its_attempts_and_those_behind_are_then_parked_at_once_or_go(file: Path) -> None:
    fill(file, [message(number) for number in range(4)])
    one = store(file)
    for _ in range(ATTEMPTS - 1):
        assert settle(one, all_(waiting(one), "refused")) == []
        time_passes(one)
    assert settle(one, all_(waiting(one), "refused")) == ["1"]
    behind = waiting(one)
    assert keys(behind) == [("q", 2), ("q", 3), ("q", 4)]
    assert settle(one, [*all_(behind[:1], "refused"), *all_(behind[1:2], "confirmed")]) == ["2"]
    again = waiting(one)
    assert keys(again) == [("q", 4)]
    settle(one, all_(again, "confirmed"))
    assert one.database.run("SELECT count(*) FROM edatool_outbox_held") == [(0,)]
    assert ids_kept(file) == ["0", "1"]


def test_a_key_that_works_again_has_all_its_attempts_again(file: Path) -> None:
    fill(file, [message(number) for number in range(3)])
    one = store(file)
    for _ in range(ATTEMPTS):
        settle(one, all_(waiting(one), "refused"))
        time_passes(one)
    settle(one, all_(waiting(one)[:1], "confirmed"))
    assert settle(one, all_(waiting(one), "refused")) == []


def test_what_is_not_answered_is_held_for_a_while_and_never_parked(file: Path) -> None:
    fill(file, [message(number) for number in range(2)])
    one = store(file)
    for _ in range(ATTEMPTS * 3):
        found = waiting(one)
        assert found[0].seq == 1
        assert settle(one, all_(found, "unanswered")) == []
        assert waiting(one) == []
        time_passes(one)
    assert settle(one, all_(waiting(one), "refused")) == []


def test_keys_of_several_exchanges_and_vhosts_are_not_confused(file: Path) -> None:
    fill(file, [message(1, exchange="a"), message(2, exchange="b")])
    one = store(file)
    found = waiting(one)
    settle(one, [Landed(w, "refused" if w.place.exchange == "a" else "unanswered", "why") for w in found])
    assert len(one.database.run("SELECT * FROM edatool_outbox_held")) == 2


def test_thousands_of_outcomes_are_settled_together(file: Path) -> None:
    fill(file, [message(number, key=f"k{number % 700}") for number in range(2100)])
    one = store(file)
    found = waiting(one)
    assert len(found) == 2100
    settle(one, [Landed(w, "refused" if w.seq % 7 == 0 else "confirmed", "why") for w in found])
    assert len(ids_kept(file)) == 300


def test_a_clock_that_is_set_back_stops_neither_lanes_nor_held_keys(file: Path) -> None:
    fill(file, [message(1, key="given back"), message(2, key="refused"), message(3, key="of a dead relay")])
    dead, one = store(file, "dead"), store(file)
    found = {wait.place.key: wait for wait in waiting(dead)}
    landed = [Landed(found["refused"], "refused", "why"), Landed(found["given back"], "unanswered", "why")]
    dead.settle(landed, [each.waiting.lane for each in landed])
    assert waiting(one) == []
    time_passes(one, -3600.0)
    assert {wait.place.key for wait in waiting(one)} == found.keys()
