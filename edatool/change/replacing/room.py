"""How much of what is held a new queue has room for, so that it neither drops nor refuses any of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any

from edatool.broker.management import Management
from edatool.broker.moving import Room
from edatool.change.replacing.work import Work
from edatool.routing.topology import Queue


@dataclass(slots=True)
class Filling:
    """A queue that is being filled; where it was agreed that messages may go, only as far as it refuses some."""

    work: Work
    limits: tuple[float, float] = field(init=False)
    spent: int = 0
    """Bytes that it may hold."""

    def __post_init__(self) -> None:
        with Management(self.work.address, self.work.vhost) as management:
            self.limits = _limits(management.queue(self.work.name), may_drop=self.work.one.discard)

    def room(self) -> Room:
        """Return what there is room for now."""
        messages, size = self.limits
        if messages == size == inf:
            return Room()
        assert isinstance(self.work.one.new, Queue)
        ready = self.work.inspect(self.work.one.new).messages
        if not ready:
            self.spent = 0
        return Room(max(0, messages - ready), max(0, size - self.spent))

    def add(self, size: int) -> None:
        """Take note of bytes that were moved."""
        self.spent += size


def _limits(queue: dict[str, Any], *, may_drop: bool) -> tuple[float, float]:
    """Return the most messages and bytes that a queue holds, as the management API tells of it."""
    # Without a policy, the API shows an empty list.
    policy = queue.get("effective_policy_definition") or {}
    said = [{name.removeprefix("x-"): value for name, value in queue["arguments"].items()}, policy]
    if may_drop and not any(str(one.get("overflow")).startswith("reject") for one in said):
        return inf, inf

    def lowest(name: str) -> Iterator[float]:
        return (one[name] for one in said if isinstance(one.get(name), int))

    return min(lowest("max-length"), default=inf), min(lowest("max-length-bytes"), default=inf)
