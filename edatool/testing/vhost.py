"""What goes on inside the broker in memory: messages come into queues, die there, and go on."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.routing.dead_letter import dead_letter
from edatool.routing.journey import journeys
from edatool.routing.message import Reason
from edatool.routing.router import router
from edatool.routing.topology import Topology
from edatool.routing.version import TYPED_NUMBERS, Version
from edatool.testing.choice import settled
from edatool.testing.held import HeldMessage, buried
from edatool.testing.limits import limits
from edatool.testing.queue import MemoryQueue

MOST_DEATHS = 10_000
"""Of so many deaths at one instant, in one call, some are those of messages that go round, as before RabbitMQ 3.13."""


@frozen
class Undelivered:
    """A message that died and reached no further queue; ``why`` says so in words."""

    message: HeldMessage
    reason: Reason
    why: str


class MemoryVhost:
    """Queues with their messages, and a clock in milliseconds."""

    def __init__(self, topology: Topology, version: Version) -> None:
        """Start empty, at time 0."""
        self.router = router(topology, version)
        self.queues = {
            one.name: MemoryQueue(one.name, one.type, limits(one, self.router), version)
            for one in topology.queues.values()
        }
        self.undelivered: list[Undelivered] = []
        self.dying: deque[tuple[HeldMessage, Reason]] = deque()
        self.now = 0
        self.turn = 0
        self._deaths = 0

    def named(self, name: str) -> MemoryQueue:
        """Return a queue.

        Raises:
            WrongUsage: there is no such queue (any more).
        """
        if name not in self.queues:
            raise WrongUsage(f"there is no queue {name!r}: it was not declared, or was deleted because it was unused")
        return self.queues[name]

    def put(self, held: HeldMessage, *, client: bool) -> bool:
        """Put a message into its queue; False where the queue is full and refuses it.

        What dies of that waits for ``bury_all``, for a message comes into all its queues before any of them acts.
        """
        queue = self.queues[held.queue]
        if queue.refuses(held, client=client):
            if queue.limits.overflow == "reject-publish-dlx":
                self.dying.append((held, "maxlen"))
            return False
        queue.add(held, self.now)
        self.push_out(queue)
        return True

    def give(self, held: HeldMessage, *, requeue: bool, failed: bool) -> None:
        """Put a message that a consumer gave back into its queue, or let it die."""
        version, quorum = self.router.version, held.quorum
        if not requeue:
            given_up = replace(held, counts=held.counts.up(version, failed=failed, quorum=quorum))
            self.dying.append((given_up, "rejected"))
            return
        back = replace(held, counts=held.counts.back(version, failed=failed))
        if not self.named(held.queue).put_back(back):
            self.dying.append((back, "delivery_limit"))

    def push_out(self, queue: MemoryQueue) -> None:
        """Let the messages die for which a queue has no room."""
        self.dying += [(held, "maxlen") for held in queue.pushed_out()]

    def bury_all(self) -> None:
        """Dead-letter what is dying, one after the other: each comes into all its queues before the next dies."""
        while self.dying:
            self._bury(*self.dying.popleft())

    def bury(self, held: HeldMessage, reason: Reason) -> None:
        """Dead-letter a message that its queue has given up, and what dies of that."""
        self.dying.append((held, reason))
        self.bury_all()

    def _bury(self, held: HeldMessage, reason: Reason) -> None:
        self._deaths += 1
        if self._deaths > MOST_DEATHS:
            raise WrongUsage(
                f"messages died {MOST_DEATHS} times at one instant, the last one in queue {held.queue!r}:"
                " end the circle in which its dead letters go round"
            )
        passage = dead_letter(self.router, held.letter, held.queue, reason)
        if passage.lost or not passage.trace or not passage.trace.letter:
            self._lose(held, reason, f"{passage.lost}; its queue keeps it" if passage.kept else str(passage.lost))
            return
        dead = buried(held, reason, passage.trace.letter, self.router.version)
        for name in settled(self.router, passage.trace, self.turn):
            if name in passage.loops:
                self._lose(held, reason, f"it would go in circles through queue {name!r}")
            elif not self.put(replace(dead, queue=name), client=False):
                self._lose(held, reason, f"queue {name!r} is full")

    def pass_time(self, until: int) -> None:
        """Let messages expire, and unused queues with their messages, in the order of their times."""
        while due := min(self._due(until), default=None):
            if due[0] > self.now:
                self.now, self._deaths = due[0], 0
            name, deleted = due[1:]
            if deleted:
                self._delete(self.queues[name])
            else:
                held = self.queues[name].expire()
                self._refuse_endless(held)
                self.bury(held, "expired")
        self.now, self._deaths = until, 0

    def _refuse_endless(self, held: HeldMessage) -> None:
        """Refuse a circle that never ends, which RabbitMQ before 3.13 allows, where going round takes no time."""
        if self.router.version >= TYPED_NUMBERS or self.queues[held.queue].limits.ttl:
            return
        for way in journeys(self.router, held.letter, held.queue, "expired"):
            if way.endless and not any(self.queues[name].limits.ttl for name in way.loop):
                raise WrongUsage(f"a message in queue {held.queue!r} has no end: {way.lost}")

    def _due(self, until: int) -> Iterator[tuple[int, str, bool]]:
        """Name the queues whose first message expires, or which expire themselves (True), with the times."""
        for queue in self.queues.values():
            expires = queue.ready[0].expires if queue.ready else None
            if expires is not None and expires <= until:
                yield expires, queue.name, False
            if queue.limits.idle is not None and queue.used + queue.limits.idle <= until:
                yield queue.used + queue.limits.idle, queue.name, True

    def _delete(self, queue: MemoryQueue) -> None:
        """Delete a queue with its bindings; its messages are not dead-lettered."""
        for held in queue.ready:
            self._lose(held, "expired", f"queue {queue.name!r} was deleted because it was unused")
        del self.queues[queue.name]
        old = self.router.topology
        queues = {name: one for name, one in old.queues.items() if name != queue.name}
        bindings = {key: one for key, one in old.bindings.items() if one.to_exchange or one.destination != queue.name}
        self.router = router(replace(old, queues=queues, bindings=bindings), self.router.version)

    def _lose(self, held: HeldMessage, reason: Reason, why: str) -> None:
        self.undelivered.append(Undelivered(held, reason, why))
