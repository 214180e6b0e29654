"""A broker in memory, for unit tests: messages go where the simulator says, and time passes when the test says."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from edatool.broker.consume.delivery import Delivery
from edatool.broker.message import AmqpMessage, Sent
from edatool.broker.publish.pending import Pending
from edatool.checks.load import require_valid
from edatool.errors import WrongUsage
from edatool.routes import Routes
from edatool.routing import message as routed
from edatool.routing.simulate import route
from edatool.routing.topology import Topology
from edatool.routing.version import NEWEST, Version
from edatool.runtime.router.evaluation import Evaluation, evaluation
from edatool.testing.choice import settled
from edatool.testing.held import HeldMessage
from edatool.testing.vhost import MemoryVhost, Undelivered

if TYPE_CHECKING:
    from edatool.runtime.consume.consumer import Consumer
    from edatool.testing.feeding import MessageInHand

_CODES = {403: "ACCESS_REFUSED", 404: "NOT_FOUND", 406: "PRECONDITION_FAILED"}


class MemoryBroker:
    """A RabbitMQ that exists only in this process; Publisher takes it in place of a URL. For one thread.

    Example::

        broker = MemoryBroker.from_spec("routes.yaml")
        with Publisher("routes.yaml", broker) as publisher:
            publisher.publish("order.placed", {"region": "eu", "total": 120})
        message = broker.get("order-processing")
        broker.reject(message)
        broker.advance(seconds=5)

    Modelled are routing, filters (as if ``edatool router`` was running), alternates, returned and refused messages,
    length limits, times to live of messages and queues, dead-lettering with its history, what comes back from
    consumers and how that is counted, and delivery limits. Between two calls no time passes.

    Where RabbitMQ leaves a message to chance, a test gets the same result each time: a consistent-hash exchange
    sends the same key to the same queue (maybe another one than a broker would take), a random exchange takes turns.

    ``feed`` has the handlers of a Consumer handle what is there.

    Not modelled: connections, and consumers that push, so that auto-delete, exclusive queues and single active
    consumers have no effect; priorities of messages, and a time to live (``expiration``) of a single one;
    the wait of a delayed exchange, which routes at once;
    the times in ``x-death``; deaths that a client claims in a header; what streams forget. Nor is what RabbitMQ
    leaves to chance: the order of messages that die in two queues at the same time, and that of a message and a dead
    letter of its own, of which the latter is often first where a publisher sends to a quorum queue for the first time.
    An at-least-once dead letter that no queue takes is not tried again: it is among ``undelivered``. WrongUsage
    refuses what cannot be known: a stream's offsets, exchanges of other types, the byte limit
    of a quorum queue once it is reached, and before 3.13 a message that goes round for ever in no time.
    """

    def __init__(self, topology: Topology, version: Version = NEWEST) -> None:
        """Start with empty queues, as RabbitMQ of that version.

        Raises:
            WrongUsage: the topology cannot be simulated, or a binding leads to what it does not have.
        """
        self._vhost = MemoryVhost(topology, version)
        self._evaluation: Evaluation | None = None
        self._delivered = 0
        self._in_hand: list[MessageInHand] = []
        _refuse_unknown(self._vhost)

    @classmethod
    def from_spec(
        cls,
        spec: str | Sequence[str] | Routes,
        environment: Mapping[str, str] | None = None,
        version: Version = NEWEST,
    ) -> "MemoryBroker":
        """Start with the topology of a spec: a file, several that override each other, or one loaded already.

        ``environment`` has the values of ``${NAME}``, by default those of the process.

        Raises:
            InvalidInput: the spec has errors.
            WrongUsage: it cannot be simulated.
        """
        checked = require_valid(spec, os.environ if environment is None else environment, errors_only=True)
        broker = cls(checked.topology, version)
        broker._evaluation = evaluation(checked)
        return broker

    def send(self, message: AmqpMessage) -> tuple[Sent, str]:
        """Publish a message, mandatory and with a confirm; return its outcome and the reason.

        ``nacked`` is also the outcome where one queue of several is full: the others have the message then.

        Raises:
            WrongUsage: where the message goes cannot be simulated.
        """
        trace = route(self._vhost.router, routed.Message(message.exchange, message.key, message.headers))
        if trace.refused:
            return "nacked", f"{_CODES[trace.refused.code]} - {trace.refused.reason}"
        assert trace.letter
        self._vhost.turn += 1
        queues = settled(self._vhost.router, trace, self._vhost.turn)
        if not queues:
            return "unroutable", "NO_ROUTE"
        full = [name for name in queues if not self._vhost.put(HeldMessage(name, message, trace.letter), client=True)]
        self._vhost.bury_all()
        self.advance(0)
        return ("nacked", f"queue {full[0]!r} is full") if full else ("confirmed", "")

    def submit(
        self,
        message: AmqpMessage,
        timeout: float = 0.0,  # noqa: ARG002 - it takes no time here
        on_done: Callable[[Pending], None] | None = None,
        *,
        wait: bool = True,  # noqa: ARG002 - and there is always room
    ) -> Pending:
        """Publish a message as ``send`` does, for a Publisher."""
        pending = Pending(message, on_done=on_done)
        pending.settle(*self.send(message))
        return pending

    def close(self, timeout: float = 0.0) -> list[Pending]:  # noqa: ARG002 - as above
        """Do nothing: what a publisher sent stays when it closes, and all of it has its outcome."""
        return []

    def queue(self, name: str) -> list[HeldMessage]:
        """Return the messages that wait in a queue, the first to be delivered first; they stay there."""
        return list(self._vhost.named(name).ready)

    @property
    def undelivered(self) -> list[Undelivered]:
        """The messages that died without coming into another queue, in order."""
        return list(self._vhost.undelivered)

    def get(self, queue: str) -> HeldMessage | None:
        """Take the first message of a queue as a consumer does, until it is settled; None from an empty queue."""
        held = self._take(queue)
        self.advance(0)  # what is the first one now may have expired behind it
        return held

    def ack(self, message: HeldMessage, *, multiple: bool = False) -> None:
        """Settle a message that was consumed; ``multiple``: and all that were got before it.

        Raises:
            WrongUsage: it was not delivered by ``get``, or is settled already.
        """
        self._settle(message, multiple=multiple)

    def reject(self, message: HeldMessage, *, requeue: bool = False) -> None:
        """Give a message up, so that it is dead-lettered, or put it back into its queue.

        Raises: as ``ack``.
        """
        self._give(self._settle(message, multiple=False), requeue=requeue, failed=True)

    def nack(self, message: HeldMessage, *, requeue: bool = False, multiple: bool = False) -> None:
        """Do as ``reject``, which from RabbitMQ 4.3 on says that the message failed, and this does not.

        So the delivery limit of a quorum queue then counts what was rejected, and not this; before, it counts both.

        Raises: as ``ack``.
        """
        self._give(self._settle(message, multiple=multiple), requeue=requeue, failed=False)

    def feed(self, consumer: "Consumer") -> int:
        """Have a consumer's handlers handle all that is ready in its queues; return how many messages that were.

        They are called in this thread, one after the other. What they fail at waits in its delay queue, or in hand
        where its order is kept, or is a dead letter; where it waits, ``advance`` the time, and feed again.

        Raises:
            WrongUsage: as of ``Consumer.run``; a delay queue or the dead letters take no message; or handlers publish
                without an end.
        """
        from edatool.testing.feeding import feed  # noqa: PLC0415 - only those who consume need what a consumer needs

        return feed(self, consumer, self._in_hand)

    @property
    def clock(self) -> float:
        """Seconds for which the broker has been there."""
        return self._vhost.now / 1000

    def advance(self, seconds: float) -> None:
        """Let time pass: messages expire, and queues with ``x-expires`` from which nothing was got that long."""
        if seconds < 0:
            raise WrongUsage("time does not go back: advance by 0 seconds or more")
        self._vhost.pass_time(self._vhost.now + round(seconds * 1000))
        while self._evaluation and (held := self._take(self._evaluation.names.intake)):
            self._pass_on(held, self._evaluation)
            self._vhost.pass_time(self._vhost.now)
            while shown := self._take(self._evaluation.names.stuck):
                self.ack(shown)  # it waits for nothing

    def _take(self, queue: str) -> HeldMessage | None:
        source = self._vhost.named(queue)
        if source.type == "stream":
            raise WrongUsage(f"{queue!r} is a stream, read by offset: look at its messages with queue({queue!r})")
        source.used = self._vhost.now
        self._delivered += 1
        return source.take(self._delivered)

    def _settle(self, message: HeldMessage, *, multiple: bool) -> list[HeldMessage]:
        """Take messages back from their consumer, in the order in which it got them."""
        settled = [self._vhost.named(message.queue).settle(message)]
        if multiple:
            queues = self._vhost.queues.values()
            settled += [queue.settle(one) for queue in queues for one in queue.taken_before(message)]
        return sorted(settled, key=lambda one: one.tag)

    def _give(self, messages: list[HeldMessage], *, requeue: bool, failed: bool) -> None:
        """Put what was settled back into its queues, or dead-letter it."""
        for held in messages:
            self._vhost.give(held, requeue=requeue, failed=failed)
        for name in {held.queue: None for held in messages}:
            self._vhost.push_out(self._vhost.named(name))
        self._vhost.bury_all()
        self.advance(0)

    def _pass_on(self, held: HeldMessage, evaluation: Evaluation) -> None:
        """Do at once what ``edatool router`` does."""
        self.ack(held)
        was = held.published
        ways = evaluation.of(
            Delivery(held.exchange, held.key, held.headers, held.body, was.content_type, was.type, was.message_id)
        ).ways
        for onward in ways:
            headers = {name: value for name, value in held.headers.items() if name not in onward.without}
            headers |= onward.headers
            outcome, why = self.send(was._replace(exchange=onward.exchange, key=onward.key, headers=headers))
            if outcome != "confirmed":
                self._vhost.undelivered.append(Undelivered(held, "maxlen", f"the router has it still: {why}"))


def _refuse_unknown(vhost: MemoryVhost) -> None:
    if vhost.router.doubts:
        raise WrongUsage(f"this cannot be simulated: {vhost.router.doubts[0]}")
    for binding in vhost.router.topology.bindings.values():
        there = vhost.router.sources if binding.to_exchange else vhost.queues
        if binding.destination not in there or binding.source not in vhost.router.sources:
            raise WrongUsage(f"the binding {binding} is between things that are not both there: declare them")
