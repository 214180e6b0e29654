"""Messages as a broker takes them, and what becomes of them."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Sent = Literal["confirmed", "accepted", "unroutable", "nacked", "unknown"]


# A tuple, as one is made for every publish: a frozen dataclass takes five times as long to make.
class AmqpMessage(NamedTuple):
    """A message ready to be sent."""

    exchange: str
    key: str
    headers: Mapping[str, object]
    body: bytes
    type: str
    message_id: str
    app_id: str
    timestamp: int
    """Seconds since the epoch."""
    content_type: str = "application/json"
    correlation_id: str = ""
    """Of an answer, which no outbox keeps; empty for none."""
