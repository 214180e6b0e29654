"""A topology in memory and on a live broker: what is done is done to both, and gives the same."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from edatool.broker.message import AmqpMessage
from edatool.broker.publish.publishing import Publishing
from edatool.routing.topology import Topology
from edatool.testing import MemoryBroker
from edatool.testing.held import HeldMessage
from tests.broker_fixtures import Vhost
from tests.routing.live import declared
from tests.testing.compared import seen, told
from tests.testing.drawn import QUEUES, Step
from tests.testing.live_queues import SECONDS, Got, LiveQueues


class TooSlow(Exception):
    """Time has passed on the live broker between two steps, in which messages may have expired."""


class GoesRound(Exception):
    """A message goes round for ever."""


class Both:
    """``tick`` is the shortest time to live of a message, and ``ticks`` the time after which all have expired."""

    def __init__(self, made: Topology, vhost: Vhost, publishing: Publishing, tick: int, ticks: int) -> None:
        self.memory, self.live = MemoryBroker(made, vhost.version), LiveQueues(vhost)
        self.publishing, self.tick, self.ticks = publishing, tick, ticks
        self.held: list[tuple[HeldMessage, Got]] = []
        self.since = time.monotonic()

    def do(self, step: Step) -> None:
        """Take a step, and compare how many messages the queues have.

        Raises:
            AssertionError: it does not give the same.
        """
        if expiring := self._expiring():
            self.live.patience = self.tick / 1000
        else:
            self.live.patience, self.since = SECONDS, time.monotonic()
        try:
            self._act(step)
            self._compare_counts()
        except AssertionError as error:
            if expiring or self._expiring():
                self.refuse_delay(str(error))
            raise
        if expiring or self._expiring():
            self.refuse_delay()

    def compare(self) -> None:
        """Let expire what can, and compare all messages."""
        self._wait()
        for queue in QUEUES:
            ours = self.memory.queue(queue)
            self.live.await_count(queue, len(ours))
            theirs = [told(self.live.get(queue)) for _ in ours]
            assert theirs == [seen(one) for one in ours], (queue, [seen(one) for one in ours], theirs)

    def refuse_delay(self, why: str = "") -> None:
        """Raise TooSlow where the last steps took longer than a message may live."""
        if time.monotonic() - self.since > self.tick / 1000:
            raise TooSlow(why)

    def _compare_counts(self) -> None:
        if self._expiring():
            self.live.patience = self.tick / 1000
        for queue in QUEUES:
            self.live.await_count(queue, len(self.memory.queue(queue)))

    def _act(self, step: Step) -> None:
        if step.kind == "publish":
            ours, theirs = self.memory.send(step.message), self.publishing.send(step.message)
            assert ours[0] == theirs[0], (ours, theirs)
        elif step.kind == "wait":
            self._wait()
        elif step.kind == "get" or not self.held:
            self._get(step.queue)
        else:
            self._settle(step)

    def _get(self, queue: str) -> None:
        ours = self.memory.get(queue)
        if ours:
            theirs = self.live.get(queue)
            assert seen(ours) == told(theirs), (seen(ours), told(theirs))
            self.held.append((ours, theirs))

    def _settle(self, step: Step) -> None:
        """Settle one message, or several of one queue: those of several queues die in any order."""
        last = step.turn % len(self.held)
        multiple = step.multiple and step.kind != "reject" and len({one.queue for one, _ in self.held[: last + 1]}) == 1
        ours, theirs = self.held[last]
        del self.held[0 if multiple else last : last + 1]
        if step.kind == "ack":
            self.memory.ack(ours, multiple=multiple)
            self.live.ack(theirs, multiple=multiple)
        elif step.kind == "reject":
            self.memory.reject(ours, requeue=step.requeue)
            self.live.reject(theirs, requeue=step.requeue)
        else:
            self.memory.nack(ours, requeue=step.requeue, multiple=multiple)
            self.live.nack(theirs, requeue=step.requeue, multiple=multiple)

    def _wait(self) -> None:
        """Let so much time pass that all messages have expired that can."""
        if self._expiring():
            self.live.patience = SECONDS
            self.live.sleep(self.ticks * self.tick)
            self.memory.advance(self.ticks * self.tick / 1000)
            self.since = time.monotonic()
            if any(one.expires for queue in QUEUES for one in self.memory.queue(queue)):
                raise GoesRound

    def _expiring(self) -> bool:
        waiting = [one for queue in QUEUES for one in self.memory.queue(queue)]
        return any(one.expires is not None for one in (*waiting, *(ours for ours, _ in self.held)))


@contextmanager
def both(made: Topology, vhost: Vhost, publishing: Publishing, tick: int) -> Iterator[Both]:
    """Yield what holds a topology, whose times to live are multiples of a tick, both in memory and live."""
    times = [int(str(queue.arguments.get("x-message-ttl", 0))) for queue in made.queues.values()]
    with declared(vhost, made):
        pair = Both(made, vhost, publishing, tick, sum(times) // tick)
        try:
            _meet(made, pair)
            yield pair
        finally:
            pair.live.connection.close()


def _meet(made: Topology, pair: Both) -> None:
    """Send each quorum queue a message and take it away.

    The first one that a channel sends to a quorum queue takes longer, and what dies of it may be there before it.
    """
    for queue in made.queues.values():
        if queue.type == "quorum" and queue.arguments.get("x-message-ttl") != 0:
            pair.publishing.send(AmqpMessage("", queue.name, {}, b"", "", "", "", 1))
            pair.live.channel.queue_purge(queue.name)
    pair.refuse_delay()
