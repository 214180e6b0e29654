"""What a consumer asks of an inbox, and what the inbox answers."""

from collections.abc import Sequence
from typing import Literal, Protocol

from edatool.frozen import frozen


@frozen
class Claimed:
    """The event is the consumer's alone, for as long as it renews the claim within each lease.

    ``token`` fences: it is larger than those of all earlier claims of the event, and what is done under an earlier one
    is refused. It is the time of the claim, in microseconds since the epoch.
    """

    consumer: str
    message_id: str
    token: int


@frozen
class Held:
    """A claim of somebody as it was seen: what is seen is another one once it was renewed, or made anew."""

    token: int
    until: float


@frozen
class Busy:
    """Somebody has claimed the event; ``held`` is None where that claim is being made or settled at this moment."""

    held: Held | None = None


@frozen
class Done:
    """The consumer has handled the event before."""


@frozen
class Dead:
    """The consumer has given the event up before; ``Inbox.reopen`` lets it be claimed again."""


Answer = Claimed | Busy | Done | Dead
Outcome = Literal["done", "failed", "dead"]
InboxState = Literal["claimed", "abandoned", "done", "failed", "dead"]


@frozen
class ClaimRequest:
    """A wish to claim an event for ``lease`` seconds; also where somebody's claim is still ``abandoned``."""

    consumer: str
    message_id: str
    lease: float
    abandoned: Held | None = None


@frozen
class Settled:
    """What became of a claimed event: ``failed`` leaves it to whoever claims it next."""

    claim: Claimed
    outcome: Outcome


@frozen
class InboxCount:
    """How many events of a consumer are in a state, and how many seconds ago the oldest was claimed last.

    ``abandoned``: its consumer did not renew its claim, and whoever claims it next has it.
    """

    consumer: str
    state: InboxState
    events: int
    age: float


class InboxStore(Protocol):
    """Where an inbox is kept; used by one thread at a time.

    All raise InboxError where it cannot be used, InboxFull where there is no room.
    """

    def apply(self, settled: Sequence[Settled], wanted: Sequence[ClaimRequest]) -> tuple[list[bool], list[Answer]]:
        """Record what became of claims, then claim, and return when all of it is as durable as the store is.

        Answers in the same order: for each settled one whether its claim still held.
        """

    def renew(self, claims: Sequence[Claimed], lease: float) -> None:
        """Let claims that still hold go on for ``lease`` seconds from now."""

    def reopen(self, consumer: str, message_id: str) -> bool:
        """Let what is dead be claimed again; return whether it was dead."""

    def count(self) -> Sequence[InboxCount]:
        """Return how many events are in which state, by consumer and state."""

    def purge(self, older_than: float, consumer: str | None = None) -> int:
        """Forget what a consumer, or any, has last claimed more than so many seconds ago; return how many.

        What is claimed now is kept.
        """

    def close(self) -> None:
        """End the connection; what is asked next makes a new one."""
