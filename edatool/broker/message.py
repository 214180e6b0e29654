"""Messages as a broker takes them, and what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Sent = Literal["confirmed", "unroutable", "nacked", "unknown"]


@dataclass(frozen=True, slots=True)
class Message:
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
