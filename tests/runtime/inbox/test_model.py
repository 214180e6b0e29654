"""Every inbox does what a plain model does, whatever is asked of it in which order."""

import secrets
import time
from collections.abc import Callable

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

from edatool.runtime.inbox.claims import Answer, Busy, Claimed, Dead, Done
from edatool.runtime.inbox.open import open_inbox
from tests.examples import examples

CONSUMERS, IDS = ("orders", "mail"), ("a", "b", "c%_'")
LONG, OVER = 1000.0, -1.0
Key = tuple[str, str]


class Model:
    """What a claim is to lead to, by key: the state, and the token under which it holds."""

    def __init__(self) -> None:
        self.rows: dict[Key, tuple[str, int]] = {}

    def claim(self, key: Key, lease: float) -> type[Answer]:
        state, token = self.rows.get(key, ("free", 0))
        kinds: dict[str, type[Answer]] = {"held": Busy, "done": Done, "dead": Dead}
        if state in kinds:
            return kinds[state]
        self.rows[key] = ("held" if lease > 0 else "over", token)
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


def machine(place: Callable[[], str]) -> type[RuleBasedStateMachine]:
    class Machine(RuleBasedStateMachine):
        claims: Bundle[Claimed] = Bundle("claims")
        keys = st.tuples(st.sampled_from(CONSUMERS), st.sampled_from(IDS))

        def __init__(self) -> None:
            super().__init__()
            # Names of this run alone, in a place that all runs share.
            self.run, self.model, self.inbox = secrets.token_hex(4), Model(), open_inbox(place())
            self.newest: dict[Key, int] = {}
            self.inbox.purge(-10)

        def teardown(self) -> None:
            # What is held would be found by the next run's purge.
            for (consumer, message_id), (state, token) in self.model.rows.items():
                if state == "held":
                    self.inbox.fail(Claimed(consumer, message_id, token))
            self.inbox.close()

        @rule(target=claims, key=keys, lease=st.sampled_from((LONG, OVER)))
        def claim(self, key: Key, lease: float) -> MultipleResults[Claimed] | Claimed:
            key = (key[0], self.run + key[1])
            expected, answer = self.model.claim(key, lease), self.inbox.claim(*key, lease)
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
            self.inbox.renew([claim], LONG)
            self.model.renew(claim)

        @rule(key=keys)
        def reopen(self, key: Key) -> None:
            key = (key[0], self.run + key[1])
            assert self.inbox.reopen(*key) == self.model.reopen(key)

        @rule()
        def purge(self) -> None:
            time.sleep(0.001)  # a token is a time, and the next one of a forgotten event has to be later
            assert self.inbox.purge(-10) == self.model.purge()

    return Machine


@pytest.mark.hypothesis
def test_it_does_as_the_model_does(place: str) -> None:
    run_state_machine_as_test(
        machine(lambda: place), settings=settings(max_examples=examples(25), stateful_step_count=30, deadline=None)
    )
