"""Messages that are passed on: as they came, and what they go on as."""

from collections.abc import Mapping
from typing import Any, Literal, Optional

from edatool.frozen import frozen

PASSED_BY = "x-edatool-router"
"""The header of messages that were passed on: by which run, and as which of its messages."""


@frozen
class Delivery:
    """A message as it came; ``headers`` are decoded as far as pika can."""

    exchange: str
    key: str
    headers: Mapping[str, object]
    body: bytes
    content_type: str | None
    type: str | None
    message_id: str | None
    waited: bool = False
    """Whether it was put off before, and waited for a destination."""
    queue: str = ""
    redelivered: bool = False
    timestamp: int | None = None
    """When it was published, in seconds since the epoch."""
    expiration: str | None = None
    """Milliseconds that it was to live from then on."""
    correlation_id: str | None = None


@frozen
class Onward:
    """Where a message is sent on to, the headers that it gets, and those that it goes on ``without``."""

    exchange: str
    key: str
    headers: Mapping[str, object]
    without: tuple[str, ...] = ()
    destination: str = ""
    """What takes it or does not, apart from all others; empty where that is one and the same for all messages."""
    put_off: Optional["Onward"] = None
    """Where it waits while the destination does not take it; None where it is tried until it is taken."""
    may_return: bool = False
    """Whether the exchange may lead to where the message came from."""
    without_properties: tuple[str, ...] = ()


Verdict = Onward | Literal["done", "failed", "not processed"]
"""What becomes of a message: a copy of it goes on, or it is acknowledged, failed, or given back as it was."""


def delivery_of(method: Any, properties: Any, body: bytes, *, queue: str = "", waited: bool = False) -> Delivery:
    """Return a message of a queue as pika delivered it."""
    return Delivery(
        _text(method.exchange) or "",
        _text(method.routing_key) or "",
        properties.headers or {},
        body,
        _text(properties.content_type),
        _text(properties.type),
        _text(properties.message_id),
        waited,
        queue,
        method.redelivered,
        properties.timestamp,
        _text(properties.expiration),
        _text(properties.correlation_id),
    )


def _text(value: str | bytes | None) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
