"""One queue of the broker in memory: what waits in it, in which order, and what its limits push out."""

from bisect import insort
from dataclasses import dataclass, field, replace

from edatool.errors import WrongUsage
from edatool.routing.version import Version
from edatool.testing.held import HeldMessage
from edatool.testing.limits import QueueLimits

RETURNS_FIRST: Version = (4, 3, 0)
REOPENS_AT = 0.8  # RabbitMQ: a full quorum queue takes messages again once it is this far below its limit


@dataclass(slots=True)
class MemoryQueue:
    """A queue's messages; ``ready`` in the order in which consumers get them. Times in milliseconds."""

    name: str
    type: str
    limits: QueueLimits
    version: Version
    used: int = 0
    ready: list[HeldMessage] = field(default_factory=list)
    taken: dict[int, HeldMessage] = field(default_factory=dict)
    full: bool = False
    arrived: int = 0

    def refuses(self, held: HeldMessage, *, client: bool) -> bool:
        """Tell whether a queue that rejects publishes is too full for a message.

        A quorum queue notices only after it went over its limit, and takes dead letters in any case.
        """
        if not self.limits.overflow.startswith("reject-publish"):
            return False
        if self.type == "quorum":
            return client and self.full
        return self._over([*self.ready, held])

    def add(self, held: HeldMessage, now: int) -> None:
        """Put a new message at the end."""
        expires = None if self.limits.ttl is None else now + self.limits.ttl
        quorum = self.type == "quorum"
        self._insert(replace(held, place=self._next(1), expires=expires, quorum=quorum, version=self.version))

    def take(self, tag: int) -> HeldMessage | None:
        """Give the first message to a consumer, under the number of this delivery."""
        if not self.ready:
            return None
        held = self.taken[tag] = replace(self.ready.pop(0), tag=tag)
        self._reopen()
        return held

    def settle(self, held: HeldMessage) -> HeldMessage:
        """Take a message back from its consumer."""
        if held.tag not in self.taken:
            raise WrongUsage(f"this message of queue {self.name!r} was not delivered, or is settled already: get it")
        return self.taken.pop(held.tag)

    def taken_before(self, held: HeldMessage) -> list[HeldMessage]:
        """Return what a consumer has got earlier than a message and not settled."""
        return [one for tag, one in self.taken.items() if tag < held.tag]

    def put_back(self, held: HeldMessage) -> bool:
        """Put a message back that came back; False where it did so more often than its delivery limit allows."""
        if held.counts.over(self.limits.delivery_limit, self.version):
            return False
        self._insert(replace(held, place=self._place_of(held)))
        return True

    def pushed_out(self) -> list[HeldMessage]:
        """Remove the messages at the head that are over the limit."""
        out = []
        while self.limits.overflow == "drop-head" and self.ready and self._over(self.ready):
            out.append(self.ready.pop(0))
        return out

    def expire(self) -> HeldMessage:
        """Remove the first message."""
        held = self.ready.pop(0)
        self._reopen()
        return held

    def _place_of(self, held: HeldMessage) -> tuple[int, int]:
        if self.type == "classic":
            return held.place
        to_the_end = self.limits.delivery_limit is None and self.version < RETURNS_FIRST
        return self._next(1 if to_the_end else 0)

    def _next(self, rank: int) -> tuple[int, int]:
        self.arrived += 1
        return rank, self.arrived

    def _insert(self, held: HeldMessage) -> None:
        insort(self.ready, held, key=lambda one: one.place)
        self.full = self.full or self._over(self.ready)

    def _reopen(self) -> None:
        length = self.limits.length
        self.full = self.full and length is not None and len(self.ready) > int(length * REOPENS_AT)

    def _over(self, messages: list[HeldMessage]) -> bool:
        length, size = self.limits.length, self.limits.size
        if size is not None and sum(len(one.body) for one in messages) > size:
            if self.type == "quorum":
                raise WrongUsage(
                    f"queue {self.name!r}: what a quorum queue counts as bytes differs between versions of RabbitMQ,"
                    " and is not simulated: test its overflow with x-max-length"
                )
            return True
        return length is not None and len(messages) > length
