"""An event as a consumer gets it."""

from collections.abc import Mapping
from typing import Any

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.runtime.inbox.claims import Claimed
from edatool.runtime.inbox.within import complete_within


@frozen
class ConsumedEvent:
    """An event that keeps its contract, and how it came.

    ``payload`` is a JSON value as Python has it, ``body`` its text as it came. ``exchange`` and ``key`` are those that
    it was published with, also after a retry.
    """

    name: str
    """Empty where the spec declares no event for the queue."""
    payload: Any
    id: str | None
    queue: str
    exchange: str
    key: str
    headers: Mapping[str, object]
    body: bytes
    content_type: str | None = None
    attempt: int = 1
    """1 for the first try."""
    deadline: float | None = None
    """When it is too late to handle it, in seconds since the epoch: its publisher gave it an expiration."""
    redelivered: bool = False
    """Whether a consumer had it before, and did not get done with it."""
    claim: Claimed | None = None
    """That the event is this consumer's alone; None where it has no inbox."""
    correlation_id: str | None = None
    """What it has in common with others that belong together, such as a request and its answer."""

    def complete_within(self, transaction: object) -> None:
        """Record that the event was handled, in the transaction that its effect is in: both are committed, or none.

        Args:
            transaction: a Session or Connection of SQLAlchemy, a connection of psycopg or sqlite3, or any that has
                ``cursor()`` and takes ``%s`` for parameters, as Django's has; to the database that the inbox is in.

        Raises:
            ClaimLost: another consumer has the event now; roll the transaction back.
            WrongUsage: the consumer has no inbox, or no transaction was begun.
            InboxError: the database has no table of an inbox; edatool inbox ddl prints it.
            Exception: whatever the database raises.
        """
        if self.claim is None:
            raise WrongUsage("the consumer has no inbox: name one, Consumer(..., inbox=...)")
        complete_within(transaction, self.claim)

    @property
    def trace(self) -> str | None:
        """The publisher's trace: the header ``traceparent`` of W3C Trace Context."""
        found = self.headers.get("traceparent")
        return found if isinstance(found, str) else None
