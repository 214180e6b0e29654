"""Messages that stay in hand, to be looked at again: somebody else is at the event, or it waits for its next try."""

from edatool.broker.consume.delivery import Delivery
from edatool.frozen import frozen

GLANCE = 0.5
"""Seconds between looks whether a message that is to be looked at again is still in hand."""


@frozen
class Later:
    """The message is to be looked at again in some seconds, as ``delivery`` if that is given; it stays in hand."""

    seconds: float
    delivery: Delivery | None = None
