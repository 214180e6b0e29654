"""The messages of one channel that the broker has not confirmed."""

from collections import deque
from typing import NamedTuple

from edatool.broker.publish.pending import Pending


class Left(NamedTuple):
    """What is not confirmed when a broker closes a channel over a message, in order.

    The broker has ``taken`` the first ones, one of the ``suspects`` is the message, and it has looked at none
    ``behind`` them.
    """

    taken: list[Pending]
    suspects: list[Pending]
    behind: list[Pending]


class Window:
    """Knows messages by their delivery tags, which count from 1 on a channel."""

    __slots__ = ("_barriers", "_by_tag", "_last", "_lowest", "_passed", "_returned", "_seen")

    def __init__(self) -> None:
        self._by_tag: dict[int, Pending] = {}
        self._last = 0
        self._lowest = 1
        self._seen = 0
        self._returned: dict[int, str] = {}
        self._barriers: deque[tuple[int, str | None]] = deque()
        self._passed = 0

    def __len__(self) -> int:
        return len(self._by_tag)

    def add(self, pending: Pending) -> None:
        """Add the message that is published next."""
        self._last += 1
        self._by_tag[self._last] = pending

    @property
    def ends_with_barrier(self) -> bool:
        """Whether nothing was published behind the last barrier."""
        return (self._barriers[-1][0] if self._barriers else self._passed) == self._last

    def barrier(self, exchange: str | None) -> None:
        """Note that the broker will answer when it has looked at all so far; ``exchange`` is for ``passed``."""
        self._barriers.append((self._last, exchange))

    def passed(self) -> str | None:
        """Note the answer to the first barrier that has none; return its exchange."""
        self._passed, exchange = self._barriers.popleft()
        return exchange

    def returned(self, message_id: str | None, reason: str) -> None:
        """Note that the broker returned a message; its confirm comes later.

        Messages are returned in the order in which they were published, so of several with one id it is the first
        behind the message that was returned last.
        """
        for tag in range(max(self._seen + 1, self._lowest), self._last + 1):
            pending = self._by_tag.get(tag)
            if pending is not None and pending.message.message_id == message_id:
                self._returned[tag] = reason
                self._seen = tag
                return

    def confirmed(self, tag: int, *, multiple: bool) -> list[tuple[Pending, str | None]]:
        """Take out the message with a tag, or all up to it, each with the reason for which it was returned."""
        tags: range | tuple[int] = (tag,)
        if multiple:
            tags = range(self._lowest, (tag or self._last) + 1)
            self._lowest = tags.stop
        if not self._returned:
            return [(found, None) for one in tags if (found := self._by_tag.pop(one, None)) is not None]
        return [
            (found, self._returned.pop(one, None)) for one in tags if (found := self._by_tag.pop(one, None)) is not None
        ]

    def overdue(self, now: float) -> list[Pending]:
        """Take out the messages whose time is over; confirms that come for them later count for nothing."""
        tags = [tag for tag, pending in self._by_tag.items() if pending.deadline < now]
        return [self._by_tag.pop(tag) for tag in tags]

    def left(self) -> list[Pending]:
        """Return the messages in order, for when the channel is gone and no confirm will come."""
        return list(self._by_tag.values())

    def left_when_refused(self) -> Left:
        """Return the same, for when the broker has closed the channel over a message."""
        end = self._barriers[0][0] if self._barriers else self._last
        left = Left([], [], [])
        for tag, pending in self._by_tag.items():
            left[0 if tag <= self._passed else 1 if tag <= end else 2].append(pending)
        return left
