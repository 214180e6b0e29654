"""Messages of a queue that are visited: as they are, and where they go."""

from collections.abc import Mapping
from typing import Any, Literal

from edatool.broker.consume.delivery import Delivery, delivery_of
from edatool.frozen import frozen

VisitOutcome = Literal["stays", "gone", "confirmed", "unroutable", "nacked", "last"]
"""What became of a message.

``last``: it stays, as a fresh copy at the end of its queue; in its place another look would have been one too many.
"""


@frozen
class Visited:
    """A message in its queue; ``raw`` are the bytes of its properties.

    ``offset`` is its place in a stream. ``readable`` says whether its headers can be decoded, and its
    exchange and key are UTF-8.
    """

    delivery: Delivery
    raw: bytes
    deliveries: int
    """How often it came before, as far as a quorum queue counts that."""
    offset: int | None
    readable: bool


@frozen
class GoesOn:
    """Where a message is sent, with which headers added, and which left out; ``body`` in place of its own."""

    exchange: str
    key: str
    headers: Mapping[str, object]
    without: tuple[str, ...] = ()
    body: bytes | None = None


Fate = GoesOn | Literal["stays", "gone", "enough"]
"""What is to become of a message: ``gone`` is dropped; with ``enough`` it stays, and it is the last one."""


def visited(method: Any, properties: Any, body: bytes) -> Visited:
    """Return a message as pika delivered it on a connection that keeps the bytes of properties."""
    headers = properties.headers or {}
    return Visited(
        delivery_of(method, properties, body),
        properties.raw,
        _whole(headers.get("x-delivery-count")) or 0,
        _whole(headers.get("x-stream-offset")),
        not properties.unreadable and isinstance(method.exchange, str) and isinstance(method.routing_key, str),
    )


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int) else None
