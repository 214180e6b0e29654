"""Messages that are passed on: as they came, and what they go on as."""

from collections.abc import Mapping
from typing import Optional

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
