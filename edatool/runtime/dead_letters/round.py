"""One round over a dead-letter queue: each message that is meant is judged, and what is decided is carried out."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from edatool.broker.consume.visit.refusal import Refusal
from edatool.broker.consume.visit.visit import Visit
from edatool.broker.consume.visit.visited import Fate, GoesOn, Visited, VisitOutcome
from edatool.broker.declare.ask_exchange import ask_why_missing
from edatool.broker.looked_at import LookedAt
from edatool.broker.session import Session
from edatool.errors import BrokerRefused
from edatool.frozen import frozen
from edatool.runtime.dead_letters.history import DeadMessage, dead_message
from edatool.runtime.dead_letters.selection import Selection
from edatool.silent import silent

MOST = 1_000_000
"""Messages that one round looks at; those that stay are in hand, without their bodies, until its end."""
ALL = Selection()
DONE = ("confirmed", "gone")
"""The outcomes of messages that left the queue."""


@frozen
class Kept:
    """That a message stays although it is meant: ``why`` is a sentence, ``outcome`` a word for it."""

    outcome: str
    why: str


Decision = GoesOn | Kept | Literal["stays", "gone"]


@frozen
class Rounded:
    """How many of the messages that were meant ended how, by the words of ``VisitOutcome`` and ``Kept``.

    ``visited`` of ``waiting`` messages were looked at; a stream does not tell how many wait. ``moved_back`` of those
    that stay are at the end of their queue now. ``next_offset`` is where a stream goes on.
    """

    outcomes: Mapping[str, int]
    visited: int
    waiting: int
    moved_back: int
    next_offset: int | None
    stopped: bool


@dataclass(slots=True)
class Round:
    """What is done with the messages of a queue that are meant, with ``limit`` of them at most."""

    session: Session
    looked_at: LookedAt
    selection: Selection
    decide: Callable[[DeadMessage], Decision]
    limit: int | None = None
    rate: float | None = None
    offset: int | str = "first"
    secure: Callable[[], None] = silent
    is_asked_to_stop: Callable[[], bool] = lambda: False
    on_outcome: Callable[[DeadMessage, str, str], None] = silent
    """Is told each message that is meant, what became of it, and the reason where that is not what was wanted."""
    _outcomes: Counter[str] = field(default_factory=Counter)
    _refusals: list[Refusal] = field(default_factory=list)
    _meant: dict[int, tuple[DeadMessage, Kept | None]] = field(default_factory=dict)
    """By the identity of what was visited: messages whose outcome is not known."""
    _missing: dict[str, str] = field(default_factory=dict)
    """The broker's words on exchanges that are not there, by name; empty for those that are."""
    _taken: int = 0
    _moved_back: int = 0
    _next_offset: int | None = None

    def run(self) -> Rounded:
        """Visit the queue; again where the broker closed the channel over an exchange, to which nothing goes then.

        Raises:
            BrokerError, EdatoolError: as of ``Visit.run``.
        """
        while True:
            visit = Visit(
                self.session.address,
                self.session.vhost,
                self.looked_at.queue,
                self._decided,
                MOST if self.limit is None or self.selection != ALL else self.limit - self._taken,
                on_outcome=self._ended,
                limit=self.looked_at.limit,
                left_to_close=self.looked_at.left_to_close,
                offset=self.offset,
                rate=self.rate,
                secure=self.secure,
                is_asked_to_stop=self.is_asked_to_stop,
            )
            refused = visit.run()
            if refused is None:
                return Rounded(
                    self._outcomes,
                    visit.visited,
                    visit.waiting,
                    self._moved_back,
                    self._next_offset,
                    self.is_asked_to_stop(),
                )
            if refused in self._refusals:
                raise BrokerRefused(f"messages of {self.looked_at.queue.name} cannot be sent on: {refused.words}")
            self._begin_again(refused)

    def _begin_again(self, refused: Refusal) -> None:
        """Forget what is in the queue again: it is visited anew."""
        self._refusals.append(refused)
        self._meant.clear()
        self._outcomes = Counter({name: number for name, number in self._outcomes.items() if name in DONE})
        self._taken = sum(self._outcomes.values())
        self.offset = self.offset if self._next_offset is None else self._next_offset

    def _decided(self, visited: Visited) -> Fate:
        if self._taken == self.limit:
            return "enough"
        one = dead_message(visited)
        if not self.selection.has(one):
            return "stays"
        self._taken += 1
        decision = self._unless_refused(self.decide(one), visited)
        self._meant[id(visited)] = (one, decision if isinstance(decision, Kept) else None)
        return "stays" if isinstance(decision, Kept) else decision

    def _unless_refused(self, decision: Decision, visited: Visited) -> Decision:
        if not isinstance(decision, GoesOn):
            return decision
        if missing := self._why_missing(decision.exchange):
            return Kept("refused", missing)
        size = len(visited.delivery.body if decision.body is None else decision.body)
        refused = next((one for one in self._refusals if one.concerns(decision.exchange, size)), None)
        return Kept("refused", refused.words) if refused else decision

    def _why_missing(self, exchange: str) -> str:
        """Ask for an exchange before the first message goes there."""
        if exchange and exchange not in self._missing:
            self._missing[exchange] = ask_why_missing(self.session, exchange)
        return self._missing.get(exchange, "")

    def _ended(self, visited: Visited, outcome: VisitOutcome, words: str) -> None:
        if visited.offset is not None:
            self._next_offset = visited.offset + 1
        self._moved_back += outcome == "last"
        one, kept = self._meant.pop(id(visited), (None, None))
        if one is None:
            return
        word, why = (kept.outcome, kept.why) if kept else ("stays" if outcome == "last" else outcome, words)
        self._outcomes[word] += 1
        self.on_outcome(one, word, why)
