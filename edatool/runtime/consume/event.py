"""An event as a consumer gets it."""

from collections.abc import Mapping
from typing import Any

from edatool.frozen import frozen


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

    @property
    def trace(self) -> str | None:
        """The publisher's trace: the header ``traceparent`` of W3C Trace Context."""
        found = self.headers.get("traceparent")
        return found if isinstance(found, str) else None
