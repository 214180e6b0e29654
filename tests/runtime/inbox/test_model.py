"""Every inbox does what a plain model does, whatever is asked of it in which order."""

import itertools
import secrets
import time

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    multiple,
    rule,
    run_state_machine_as_test,
)

from edatool.runtime.inbox.claims import Answer, Busy, Claimed, Dead, Done, Held
from edatool.runtime.inbox.open import open_inbox
from tests.examples import examples

CONSUMERS, IDS = ("orders", "mail"), ("a", "b", "c%_'")
LONG, OVER = 1000.0, -1.0
Key = tuple[str, str]


class Model:
    """What a claim is to lead to, by key: the state, and the token under which it holds."""

    def __init__(self) -> None:
        self.rows: dict[Key, tuple[str, int]] = {}
        self.seen: dict[Key, Held] = {}
        """The claims that nobody has renewed since they were seen."""

    def claim(self, key: Key, lease: float, abandoned: Held | None) -> type[Answer]:
        state, token = self.rows.get(key, ("free", 0))
        kinds: dict[str, type[Answer]] = {"held": Busy, "over": Busy, "done": Done, "dead": Dead}
        if state in kinds and not (kinds[state] is Busy and abandoned and self.seen.get(key) == abandoned):
            return kinds[state]
        self.rows[key] = ("held" if lease > 0 else "over", token)
        self.seen.pop(key, None)
        return Claimed

    def settle(self, claim: Claimed, outcome: str) -> bool:
        key = (claim.consumer, claim.message_id)
        state, token = self.rows.get(key, ("free", 0))
        if token != claim.token or state not in ("held", "over", outcome):
            return False
        self.rows[key] = (outcome, token)
        return True

    def renew(self, claim: Claimed) -> None:
        key = (claim.consumer, claim.message_id)
        if self.rows.get(key) in (("held", claim.token), ("over", claim.token)):
            self.rows[key] = ("held", claim.token)
            self.seen.pop(key, None)

    def reopen(self, key: Key) -> bool:
        state, token = self.rows.get(key, ("free", 0))
        if state == "dead":
            self.rows[key] = ("failed", token)
        return state == "dead"

    def purge(self) -> int:
        gone = [key for key, (state, _) in self.rows.items() if state != "held"]
        for key in gone:
            del self.rows[key]
        return len(gone)


class Machine(RuleBasedStateMachine):
    claims: Bundle[Claimed] = Bundle("claims")
    seen: Bundle[tuple[Key, Held]] = Bundle("seen")
    keys = st.tuples(st.sampled_from(CONSUMERS), st.sampled_from(IDS))

    def __init__(self, place: str) -> None:
        super().__init__()
        # Names of this run alone, in a place that all runs share.
        self.run, self.model, self.inbox = secrets.token_hex(4), Model(), open_inbox(place)
        self.newest: dict[Key, int] = {}
        self.leases = itertools.count(LONG + 1)
        self.inbox.purge(-10)

    def teardown(self) -> None:
        # What is held would be found by the next run's purge.
        for (consumer, message_id), (state, token) in self.model.rows.items():
            if state == "held":
                self.inbox.fail(Claimed(consumer, message_id, token))
        self.inbox.close()

    @rule(target=claims, key=keys, lease=st.sampled_from((LONG, OVER)))
    def claim(self, key: Key, lease: float) -> MultipleResults[Claimed] | Claimed:
        return self.claimed((key[0], self.run + key[1]), lease)

    @rule(target=seen, key=keys)
    def see(self, key: Key) -> MultipleResults[tuple[Key, Held]] | tuple[Key, Held]:
        key = (key[0], self.run + key[1])
        if self.model.rows.get(key, ("free", 0))[0] not in ("held", "over"):
            return multiple()
        answer = self.inbox.claim(*key, LONG)
        assert isinstance(answer, Busy)
        assert answer.held
        self.model.seen[key] = answer.held
        return key, answer.held

    @rule(target=claims, seen=seen, lease=st.sampled_from((LONG, OVER)))
    def take_over(self, seen: tuple[Key, Held], lease: float) -> MultipleResults[Claimed] | Claimed:
        return self.claimed(seen[0], lease, seen[1])

    def claimed(self, key: Key, lease: float, abandoned: Held | None = None) -> MultipleResults[Claimed] | Claimed:
        expected = self.model.claim(key, lease, abandoned)
        answer = self.inbox.claim(*key, lease, abandoned)
        assert type(answer) is expected
        if not isinstance(answer, Claimed):
            return multiple()
        assert (answer.consumer, answer.message_id) == key
        assert answer.token > self.newest.get(key, 0)
        self.newest[key] = answer.token
        self.model.rows[key] = (self.model.rows[key][0], answer.token)
        return answer

    @rule(claim=claims)
    def complete(self, claim: Claimed) -> None:
        assert self.inbox.complete(claim) == self.model.settle(claim, "done")

    @rule(claim=consumes(claims))
    def fail(self, claim: Claimed) -> None:
        assert self.inbox.fail(claim) == self.model.settle(claim, "failed")

    @rule(claim=claims)
    def bury(self, claim: Claimed) -> None:
        assert self.inbox.bury(claim) == self.model.settle(claim, "dead")

    @rule(claim=claims)
    def renew(self, claim: Claimed) -> None:
        # Each by another time: two at one moment cannot be told apart, where leases are as long.
        self.inbox.renew([claim], next(self.leases))
        self.model.renew(claim)

    @rule(key=keys)
    def reopen(self, key: Key) -> None:
        key = (key[0], self.run + key[1])
        assert self.inbox.reopen(*key) == self.model.reopen(key)

    @rule()
    def purge(self) -> None:
        time.sleep(0.001)  # a token is a time, and the next one of a forgotten event has to be later
        assert self.inbox.purge(-10) == self.model.purge()


@pytest.mark.hypothesis
def test_it_does_as_the_model_does(place: str) -> None:
    class Here(Machine):
        def __init__(self) -> None:
            super().__init__(place)

    run_state_machine_as_test(Here, settings=settings(max_examples=examples(25), stateful_step_count=30, deadline=None))
