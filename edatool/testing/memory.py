"""A broker in memory, for unit tests: messages go where the simulator says, and time passes when the test says."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edatool.broker.publishing import Message, Sent
from edatool.checks.load import Checked, load
from edatool.errors import InvalidInput, WrongUsage
from edatool.routing import message as routed
from edatool.routing.compile import compile_spec
from edatool.routing.dead_letter import dead_letter
from edatool.routing.message import Reason
from edatool.routing.router import router
from edatool.routing.simulate import route
from edatool.routing.topology import Topology
from edatool.routing.version import NEWEST, Version
from edatool.testing.choice import settled
from edatool.testing.held import Held, buried
from edatool.testing.limits import limits
from edatool.testing.queue import MemoryQueue

_CODES = {403: "ACCESS_REFUSED", 404: "NOT_FOUND", 406: "PRECONDITION_FAILED"}


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that died and reached no queue; ``why`` is a sentence."""

    message: Held
    reason: Reason
    why: str


class MemoryBroker:
    """A RabbitMQ that exists only in this process; Publisher takes it in place of a URL.

    Example::

        broker = MemoryBroker.from_spec("routes.yaml")
        with Publisher("routes.yaml", broker) as publisher:
            publisher.publish("order.placed", {"region": "eu", "total": 120})
        message = broker.get("order-processing")
        broker.reject(message)
        broker.advance(seconds=5)

    Modelled are routing, alternates, returned and refused messages, length limits, times to live of messages and
    queues, dead-lettering with its history, requeueing and delivery limits. Not modelled: connections and consumers
    that push, so that auto-delete, exclusive queues and single active consumers have no effect; priorities; the times
    in ``x-death`` and ``x-acquired-count``; what a stream forgets. An at-least-once dead letter that no queue takes is
    not tried again. What cannot be known is refused with WrongUsage: reading a stream by offset, exchanges of other
    types, the byte limit of a quorum queue once it is reached.

    For use by one thread.
    """

    def __init__(self, topology: Topology, version: Version = NEWEST) -> None:
        """Start empty, as RabbitMQ of that version with this topology.

        Raises:
            WrongUsage: the topology cannot be simulated, or a binding leads to a queue that it does not have.
        """
        _refuse_unknown(topology)
        self._router = router(topology, version)
        if self._router.doubts:
            raise WrongUsage(f"this cannot be simulated: {self._router.doubts[0]}")
        self._queues = {
            one.name: MemoryQueue(one.name, one.type, limits(one, self._router.policies, version), version)
            for one in topology.queues.values()
        }
        self._now, self._sent = 0, 0
        self._undelivered: list[Undelivered] = []

    @classmethod
    def from_spec(
        cls,
        spec: str | Sequence[str] | Checked,
        environment: Mapping[str, str] | None = None,
        version: Version = NEWEST,
    ) -> "MemoryBroker":
        """Start with the topology of a spec: a file, several that override each other, or one loaded already.

        ``environment`` has the values of ``${NAME}``, by default those of the process.

        Raises:
            InvalidInput: the spec has errors.
            WrongUsage: it cannot be simulated.
        """
        checked = spec if isinstance(spec, Checked) else _loaded(spec, environment)
        wrong = [finding for finding in checked.findings if finding.is_error]
        if wrong:
            raise InvalidInput(wrong)
        if any(binding.filter is not None for binding in checked.spec.bindings):
            raise WrongUsage("the broker in memory has no content filters: leave bindings with a filter out")
        return cls(compile_spec(checked.spec), version)

    def send(self, message: Message) -> tuple[Sent, str]:
        """Publish a message, mandatory and with a confirm; return its outcome and the reason.

        ``nacked`` is also the outcome where one queue of several is full; the others have the message then.

        Raises:
            WrongUsage: where the message goes cannot be simulated.
        """
        trace = route(self._router, routed.Message(message.exchange, message.key, message.headers))
        if trace.refused:
            return "nacked", f"{_CODES[trace.refused.code]} - {trace.refused.reason}"
        assert trace.letter
        self._sent += 1
        queues = settled(self._router, trace, self._sent)
        if not queues:
            return "unroutable", "NO_ROUTE"
        full = [name for name in queues if not self._put(Held(name, message, trace.letter), client=True)]
        self._pass_time(self._now)
        return ("nacked", f"queue {full[0]!r} is full") if full else ("confirmed", "")

    def close(self) -> None:
        """Do nothing: what a publisher sent stays when it closes."""

    def queue(self, name: str) -> list[Held]:
        """Return the messages that wait in a queue, the first to be delivered first; they stay there."""
        return list(self._queue(name).ready)

    @property
    def undelivered(self) -> list[Undelivered]:
        """The messages that died without reaching another queue, in order."""
        return list(self._undelivered)

    def get(self, queue: str) -> Held | None:
        """Take the first message of a queue as a consumer does, until ``ack`` or ``reject``; None from an empty one."""
        of = self._queue(queue)
        if of.type == "stream":
            raise WrongUsage(f"{queue!r} is a stream, read by offset: look at its messages with queue({queue!r})")
        of.used = self._now
        return of.take()

    def ack(self, message: Held) -> None:
        """Settle a message that was consumed.

        Raises:
            WrongUsage: it was not delivered, or is settled already.
        """
        self._queue(message.queue).settle(message)

    def reject(self, message: Held, *, requeue: bool = False) -> None:
        """Give a message up, so that it is dead-lettered, or put it back into its queue.

        Raises: as ``ack``.
        """
        queue = self._queue(message.queue)
        held = queue.settle(message)
        if not requeue:
            self._bury(held, "rejected")
        elif not queue.put_back(held):
            self._bury(held, "delivery_limit")
        self._push_out(queue)
        self._pass_time(self._now)

    def advance(self, seconds: float) -> None:
        """Let time pass: messages expire, and queues that nothing was taken from, in the order of their times."""
        if seconds < 0:
            raise WrongUsage("time does not go back: advance by a positive number of seconds")
        self._pass_time(self._now + round(seconds * 1000))

    def _queue(self, name: str) -> MemoryQueue:
        if name not in self._queues:
            raise WrongUsage(f"there is no queue {name!r}: it was not declared, or was deleted unused")
        return self._queues[name]

    def _put(self, held: Held, *, client: bool) -> bool:
        queue = self._queues[held.queue]
        if queue.refuses(held, client=client):
            if queue.limits.overflow == "reject-publish-dlx":
                self._bury(held, "maxlen")
            return False
        queue.add(held, self._now)
        self._push_out(queue)
        return True

    def _push_out(self, queue: MemoryQueue) -> None:
        for held in queue.pushed_out():
            self._bury(held, "maxlen")

    def _bury(self, held: Held, reason: Reason) -> None:
        passage = dead_letter(self._router, held.letter, held.queue, reason)
        if passage.lost or not passage.trace or not passage.trace.letter:
            why = f"{passage.lost}; its queue keeps it" if passage.kept else str(passage.lost)
            self._undelivered.append(Undelivered(held, reason, why))
            return
        dead = buried(held, reason, passage.trace.letter)
        for name in settled(self._router, passage.trace, self._sent):
            if name in passage.loops:
                self._undelivered.append(Undelivered(held, reason, f"it would go in circles through {name!r}"))
            elif not self._put(replace(dead, queue=name), client=False):
                self._undelivered.append(Undelivered(held, reason, f"queue {name!r} is full"))

    def _pass_time(self, until: int) -> None:
        while due := min(self._due(until), default=None):
            self._now = max(self._now, due[0])
            _, name, deleted = due
            if deleted:
                self._delete(name)
            else:
                self._bury(self._queues[name].expired(), "expired")
        self._now = until
