"""Messages that are passed on: as they came, and what they go on as."""

from collections.abc import Mapping
from dataclasses import dataclass

PASSED_BY = "x-edatool-router"
"""The header of messages that were passed on: by which run, and as which of its messages."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it came; ``headers`` are decoded as far as pika can."""

    exchange: str
    key: str
    headers: Mapping[str, object]
    body: bytes
    content_type: str | None
    type: str | None
    message_id: str | None
    redelivered: bool = False


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a message is sent on to, and the headers that it gets."""

    exchange: str
    key: str
    headers: Mapping[str, object]
