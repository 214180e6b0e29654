"""How long, how much and how often: the settings of a queue that make messages die in it."""

from dataclasses import dataclass

from edatool.routing import effective
from edatool.routing.effective import Policies
from edatool.routing.topology import Arguments, Queue
from edatool.routing.version import Version

DEFAULT_DELIVERY_LIMIT = 20
DELIVERY_LIMIT_BY_DEFAULT: Version = (4, 0, 0)


@dataclass(frozen=True, slots=True)
class Limits:
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


def limits(queue: Queue, policies: Policies, version: Version) -> Limits:
    """Read the arguments of a queue and the policy that applies to it: of two numbers the lower one counts."""
    if queue.type == "stream":
        return Limits()
    policy = effective.policy_of(queue, policies)
    return Limits(
        effective.message_ttl(queue, policies),
        _lower(queue, policy, "max-length"),
        _lower(queue, policy, "max-length-bytes"),
        str(queue.arguments.get("x-overflow", policy.get("overflow", "drop-head"))),
        _delivery_limit(queue, policy, version) if queue.type == "quorum" else None,
        _lower(queue, policy, "expires"),
    )


def _lower(queue: Queue, policy: Arguments, name: str) -> int | None:
    return min(_numbers(queue, policy, name), default=None)


def _numbers(queue: Queue, policy: Arguments, name: str) -> list[int]:
    given = (queue.arguments.get(f"x-{name}"), policy.get(name))
    return [number for number in given if isinstance(number, int)]


def _delivery_limit(queue: Queue, policy: Arguments, version: Version) -> int | None:
    """Return the limit; a negative one means none, and wins."""
    given = _numbers(queue, policy, "delivery-limit")
    if any(number < 0 for number in given):
        return None
    default = DEFAULT_DELIVERY_LIMIT if version >= DELIVERY_LIMIT_BY_DEFAULT else None
    return min(given, default=default)
