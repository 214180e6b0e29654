"""What became of a publish."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from edatool.broker.pending import Pending
from edatool.contracts.violation import Violation

Outcome = Literal["rejected", "unroutable", "nacked", "confirmed", "unknown"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one publish.

    ``outcome`` is one of: ``rejected``, the payload breaks its contract as ``violations`` say, and was not sent;
    ``unroutable``, no queue is bound for it; ``nacked``, the broker did not take it; ``confirmed``, the broker
    has it; ``unknown``, the connection was lost or the time over before the confirm, so it may have arrived:
    publishing it again under the same ``message_id`` lets consumers tell the two apart. ``reason`` has the broker's
    words. ``violations`` are there as well where an event of ``contract: warn`` was published in spite of them.
    """

    event: str
    outcome: Outcome
    message_id: str | None = None
    exchange: str | None = None
    key: str | None = None
    violations: tuple[Violation, ...] = ()
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the broker has the message."""
        return self.outcome == "confirmed"


def rejected(event: str, violations: Sequence[Violation]) -> Receipt:
    """Return the receipt of a payload that was not sent."""
    return Receipt(event, "rejected", violations=tuple(violations))


def receipt(pending: Pending, violations: tuple[Violation, ...] = ()) -> Receipt:
    """Return the receipt of a message whose outcome is known; one that was not sent has ``unknown``, and the reason."""
    message, outcome = pending.message, pending.outcome
    assert outcome
    return Receipt(message.type, outcome, message.message_id, message.exchange, message.key, violations, pending.reason)
