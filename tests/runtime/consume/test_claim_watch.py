"""Claims of others, and when they are abandoned: by a clock that only goes on."""

import pytest

from edatool.runtime.consume import claim_watch
from edatool.runtime.consume.claim_watch import ClaimWatch
from edatool.runtime.inbox.claims import Held

EVENT, LEASE = ("orders", "m-1"), 60.0


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the clock shows."""
    found = [1000.0]
    monkeypatch.setattr("edatool.runtime.consume.claim_watch.time.monotonic", lambda: found[0])
    return found


def test_a_claim_is_abandoned_once_it_was_seen_unchanged_for_a_lease(now: list[float]) -> None:
    seen, watched = Held(1, 5.0), ClaimWatch()
    assert watched.abandoned(EVENT, LEASE) is None
    watched.note(EVENT, seen)
    now[0] += LEASE - 1
    watched.note(EVENT, seen)
    assert watched.abandoned(EVENT, LEASE) is None
    now[0] += 1
    assert watched.abandoned(EVENT, LEASE) == seen


@pytest.mark.parametrize("renewed", [Held(1, 65.0), Held(1, -3600.0), Held(2, 5.0)])
def test_one_that_was_renewed_or_made_anew_is_watched_from_then_on(now: list[float], renewed: Held) -> None:
    watched = ClaimWatch()
    watched.note(EVENT, Held(1, 5.0))
    now[0] += LEASE - 1
    watched.note(EVENT, renewed)
    now[0] += LEASE - 1
    assert watched.abandoned(EVENT, LEASE) is None
    now[0] += 1
    assert watched.abandoned(EVENT, LEASE) == renewed


def test_what_is_forgotten_or_crowded_out_is_watched_anew(now: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_watch, "_MOST", 2)
    watched = ClaimWatch()
    for number in range(3):
        watched.note(("orders", str(number)), Held(number, 5.0))
    watched.forget(("orders", "1"))
    now[0] += LEASE
    found = [watched.abandoned(("orders", str(number)), LEASE) for number in range(3)]
    assert found == [None, None, Held(2, 5.0)]
