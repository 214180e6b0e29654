"""Dead letters counted by where they came from and why they died."""

from dataclasses import dataclass, field
from datetime import datetime

from edatool.frozen import frozen
from edatool.runtime.dead_letters.history import DeadMessage


@frozen
class DeadGroup:
    """How many messages a queue gave up for one reason; the times are those of the first and the last death."""

    queue: str | None
    reason: str
    error: str | None
    messages: int
    oldest: datetime | None
    newest: datetime | None


@frozen
class DeadList:
    """What is in a dead-letter queue: ``visited`` of ``waiting`` messages were looked at.

    ``moved_back`` of them are at its end now, where another look would have been one too many for their queue.
    """

    queue: str
    groups: tuple[DeadGroup, ...]
    visited: int
    waiting: int
    moved_back: int


@dataclass(slots=True)
class Groups:
    """Counts messages one by one."""

    _by_kind: dict[tuple[str | None, str, str | None], DeadGroup] = field(default_factory=dict)

    def add(self, one: DeadMessage) -> None:
        """Count a message."""
        kind = (one.origin.queue, one.kind, one.error)
        before = self._by_kind.get(kind, DeadGroup(*kind, 0, None, None))
        oldest = min(filter(None, (before.oldest, one.died)), default=None)
        newest = max(filter(None, (before.newest, one.died)), default=None)
        self._by_kind[kind] = DeadGroup(*kind, before.messages + 1, oldest, newest)

    def largest_first(self) -> tuple[DeadGroup, ...]:
        """Return the groups that were counted."""
        found = self._by_kind.values()
        return tuple(sorted(found, key=lambda one: (-one.messages, one.queue or "", one.reason, one.error or "")))
