"""What became of a publish."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending
from edatool.contracts.violation import Violation

Outcome = Literal["rejected", "unroutable", "nacked", "confirmed", "accepted", "unknown"]


class Receipt(NamedTuple):
    """What became of one publish.

    ``outcome`` is one of: ``rejected``, the payload breaks its contract as ``violations`` say, and was not sent;
    ``unroutable``, no queue is bound for it; ``nacked``, the broker did not take it; ``confirmed``, the broker
    has it; ``accepted``, the outbox has it, from where it is sent; ``unknown``, the connection was lost, the exchange
    deleted or the time over before the confirm, so it may have arrived: publishing it again under the same
    ``message_id`` lets consumers tell the two apart. ``reason`` has the broker's words. ``resent`` counts how often it
    was sent again after a lost connection: with ``retries``, it may have arrived as often, too. ``violations`` are
    there as well where an event of ``contract: warn`` was published in spite of them.
    """

    event: str
    outcome: Outcome
    message_id: str | None = None
    exchange: str | None = None
    key: str | None = None
    violations: tuple[Violation, ...] = ()
    reason: str = ""
    resent: int = 0

    @property
    def ok(self) -> bool:
        """Whether the broker, or the outbox, has the message."""
        return self.outcome in ("confirmed", "accepted")


def rejected(event: str, violations: Sequence[Violation]) -> Receipt:
    """Return the receipt of a payload that was not sent."""
    return Receipt(event, "rejected", violations=tuple(violations))


def accepted(message: AmqpMessage, violations: tuple[Violation, ...] = ()) -> Receipt:
    """Return the receipt of a message that an outbox has."""
    return Receipt(message.type, "accepted", message.message_id, message.exchange, message.key, violations)


def receipt(pending: Pending, violations: tuple[Violation, ...] = ()) -> Receipt:
    """Return the receipt of a message whose outcome is known; ``unknown`` with the reason if it was not sent."""
    message, outcome = pending.message, pending.outcome
    assert outcome
    return Receipt(
        message.type,
        outcome,
        message.message_id,
        message.exchange,
        message.key,
        violations,
        pending.reason,
        pending.resent,
    )
