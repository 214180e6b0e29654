"""What a spec says of a queue that is read: which events come, how often they are tried, where dead letters go."""

from collections.abc import Mapping, Sequence

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing import effective
from edatool.routing.compile import retry_queue_name
from edatool.routing.overriding import effective_settings
from edatool.spec.spec import DeadLetterTarget

_LIMIT = 20
"""RabbitMQ's own delivery limit, of 4.0 and later."""


@frozen
class ReadQueue:
    """A queue; ``waits`` are those before each retry, in milliseconds.

    Where there are none, ``limit`` is how often a message may come back, None where failures are not retried.
    ``returns`` is how often the broker lets a message come back at all, None where it does not count.
    """

    name: str
    waits: tuple[int, ...]
    limit: int | None
    dead: DeadLetterTarget
    by_error: Mapping[str, DeadLetterTarget]
    is_classic: bool = False
    returns: int | None = None

    @property
    def needed(self) -> Sequence[tuple[str, str]]:
        """Kinds and names of what has to be on the broker, ``queue`` or ``exchange``."""
        queues = [self.name, *(retry_queue_name(self.name, wait) for wait in self.waits)]
        targets = (self.dead, *self.by_error.values())
        queues += [one.key for one in targets if not one.exchange and one.key]
        exchanges = {one.exchange: None for one in targets if one.exchange}
        return [*(("queue", name) for name in dict.fromkeys(queues)), *(("exchange", name) for name in exchanges)]


def read_queue(routes: Routes, name: str) -> ReadQueue:
    """Return what the spec says of one of its queues.

    Raises:
        WrongUsage: it is not declared, is a stream, or would lose what fails.
    """
    declared = routes.spec.queues.get(name)
    if declared is None:
        raise WrongUsage(f"the spec declares no queue {name!r}: it has {', '.join(routes.spec.queues) or 'none'}")
    if declared.type == "stream":
        raise WrongUsage(f"{name!r} is a stream, which keeps what was read: a consumer reads queues")
    queue, router = routes.topology.queues[name], routes.router
    dead = effective.dead_letters(queue, router.policies)
    if dead is None:
        raise WrongUsage(f"queue {name!r} would lose what fails: give it a dead_letter in the spec")
    found = effective_settings(queue, router.policies, router.operators)
    settings = {one.name: one.holds.value for one in found}
    return ReadQueue(
        name,
        () if declared.external else declared.retry,
        _limit(settings) if declared.type == "quorum" else None,
        DeadLetterTarget(dead.exchange, dead.key),
        declared.dead_letter.by_error if declared.dead_letter else {},
        declared.type == "classic",
        _returns(settings) if declared.type == "quorum" else None,
    )


def _limit(settings: Mapping[str, object]) -> int | None:
    limit = settings.get("delivery-limit")
    if isinstance(limit, int):
        return limit if limit >= 0 else None
    # The versions that delay retries themselves have it.
    return _LIMIT if settings.get("delayed-retry-type") in ("all", "failed") else None


def _returns(settings: Mapping[str, object]) -> int | None:
    limit = settings.get("delivery-limit", _LIMIT)
    return limit if isinstance(limit, int) and limit >= 0 else None
