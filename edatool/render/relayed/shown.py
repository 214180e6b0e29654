"""The work of a relay as it is shown."""

from collections.abc import Mapping

from edatool.frozen import frozen

COUNTED = ("confirmed", "refused", "unanswered")
"""What a relay counts."""


@frozen
class ShownRelayed:
    """How many messages a relay sent with which end, and how many are still in the outbox."""

    counts: Mapping[str, int]
    waiting: int
    parked: int
