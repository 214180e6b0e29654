"""How long, how much and how often: the settings of a queue that make messages die in it."""

from collections.abc import Mapping

from edatool.frozen import frozen
from edatool.routing.overriding import effective_settings
from edatool.routing.router import Router
from edatool.routing.topology import Queue
from edatool.routing.version import Version

DEFAULT_DELIVERY_LIMIT = 20
DELIVERY_LIMIT_BY_DEFAULT: Version = (4, 0, 0)


@frozen
class QueueLimits:
    """The limits of a queue, None where there is none; times in milliseconds.

    ``delivery_limit`` is how often a message may come back from consumers; ``idle`` is the time without use after
    which the queue itself is deleted.
    """

    ttl: int | None = None
    length: int | None = None
    size: int | None = None
    overflow: str = "drop-head"
    delivery_limit: int | None = None
    idle: int | None = None


def limits(queue: Queue, router: Router) -> QueueLimits:
    """Read what holds of the arguments of a queue and the policies that apply to it."""
    if queue.type == "stream":
        return QueueLimits()
    found = effective_settings(queue, router.policies, router.operators)
    holds = {one.name: one.holds.value for one in found}
    return QueueLimits(
        _number(holds, "message-ttl"),
        _number(holds, "max-length"),
        _number(holds, "max-length-bytes"),
        str(holds.get("overflow", "drop-head")),
        _delivery_limit(holds, router.version) if queue.type == "quorum" else None,
        _number(holds, "expires"),
    )


def _number(holds: Mapping[str, object], name: str) -> int | None:
    value = holds.get(name)
    return value if isinstance(value, int) else None


def _delivery_limit(holds: Mapping[str, object], version: Version) -> int | None:
    """Return the limit; a negative one means none where no other is said."""
    limit = _number(holds, "delivery-limit")
    if limit is None:
        return DEFAULT_DELIVERY_LIMIT if version >= DELIVERY_LIMIT_BY_DEFAULT else None
    return limit if limit >= 0 else None
