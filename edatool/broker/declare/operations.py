"""Many small operations on a vhost over AMQP, on several channels of one connection at once.

A channel has one operation under way at a time, so each operation's own outcome is known for certain, and the
channels together keep the broker busy.
"""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Any, Literal

from pika import exceptions, frame, spec

from edatool.broker import pika_private
from edatool.broker.amqp import TIMEOUT
from edatool.broker.diagnosis import connection_error
from edatool.broker.said import said
from edatool.broker.session import Session
from edatool.errors import BrokerError, BrokerRefused
from edatool.frozen import frozen
from edatool.routing.topology import Binding, Exchange, Queue, describe

CHANNELS = 32
FRESH = 1.0
"""Seconds for which a queue is as it was when it was asked: a process that was suspended asks again."""
_ENDED = (320, 541)
"""The codes with which a broker closes connections that have done nothing wrong: it is shut down, or has an error."""
NOT_EMPTY = 406
"""The code with which classic queues refuse to be deleted while they are in use; here others do, too."""

Object = Exchange | Queue | Binding
Action = Literal["create", "delete", "probe", "inspect", "look"]


@frozen
class Operation:
    """One thing to do with one object.

    ``create`` declares or binds; ``delete`` removes, a queue only if it is empty and unused (classic queues: the
    broker itself sees to it; others are asked right before);
    ``inspect`` asks whether a queue or exchange is there, and what a queue holds;
    ``look`` takes a message out of a queue, if one is in it, and gives it back: ``messages`` is 1 or 0;
    ``probe`` asks for something that the broker refuses in any case, to learn whether permissions suffice.
    """

    action: Action
    object: Object
    force: bool = False
    """Delete a queue with what it holds, and an exchange with its bindings to others."""


@frozen
class Outcome:
    """How one operation ended: ``code`` is 200, or the reply code of AMQP 0-9-1 with which it was refused."""

    operation: Operation
    code: int = 200
    text: str = ""
    messages: int = 0
    consumers: int = 0

    @property
    def done(self) -> bool:
        """Whether the broker did it."""
        return self.code == 200

    @property
    def refusal(self) -> str:
        """What was refused, and the broker's words."""
        return f"{describe(self.operation.object)}: {self.text}"

    @property
    def absent(self) -> bool:
        """Whether there is no such thing; a queue whose node is down is there, and answers with 404, too."""
        return self.code == 404 and self.text.startswith("NOT_FOUND - no ")


def run(
    session: Session, operations: Iterable[Operation], on_outcome: Callable[[Outcome], None] = lambda _: None
) -> list[Outcome]:
    """Do all operations, in no particular order, and return their outcomes; refusals do not stop the others.

    ``on_outcome`` is called with each outcome as soon as it is known.

    Raises:
        BrokerUnreachable, BrokerRefused: no connection, or it was lost on the way.
    """
    waiting = list(operations)
    if not waiting:
        return []
    return _Run(session, iter(waiting), len(waiting), on_outcome).outcomes_of_all()


class _Run:
    def __init__(
        self, session: Session, waiting: Iterator[Operation], count: int, on_outcome: Callable[[Outcome], None]
    ) -> None:
        self.session = session
        self.waiting, self.count = waiting, count
        self.on_outcome = on_outcome
        self.outcomes: list[Outcome] = []
        self.under_way: dict[int, Operation] = {}  # by channel number
        self.error: BrokerError | None = None
        self.connection: Any = None

    def outcomes_of_all(self) -> list[Outcome]:
        with self.session.amqp(self.opened, self.lost) as self.connection:
            try:
                self.connection.ioloop.start()
            except BaseException:
                self.wind_up()
                raise
        if self.error:
            raise self.error
        return self.outcomes

    def wind_up(self) -> None:
        """Begin nothing more, let what is under way end, and close."""
        self.waiting = iter(())
        if not self.connection.is_closed:
            if not self.connection.is_closing:
                self.connection.close()
            late = self.connection.ioloop.call_later(TIMEOUT, self.connection.ioloop.stop)
            if not self.connection.is_closed:
                self.connection.ioloop.start()
            self.connection.ioloop.remove_timeout(late)

    def opened(self, connection: Any) -> None:
        for _ in range(min(CHANNELS, self.count, connection.params.channel_max or CHANNELS)):
            connection.channel(on_open_callback=self.channel_opened)

    def lost(self, connection: Any, error: BaseException) -> None:
        if len(self.outcomes) < self.count:
            self.error = self.refusal(error) or connection_error(error, self.session.address, self.session.vhost)
        connection.ioloop.stop()

    def refusal(self, error: BaseException) -> BrokerError | None:
        """Name what the broker closed the whole connection for, as RabbitMQ does for an exchange of unknown type."""
        if not isinstance(error, exceptions.ConnectionClosedByBroker) or error.reply_code in _ENDED:
            return None
        words = said(error.reply_text)
        tried = [one.object for one in self.under_way.values()]
        typed = [one for one in tried if isinstance(one, Exchange) and f"'{one.type}'" in words]
        named = " or ".join(describe(one) for one in (typed or tried)[:5]) or "this connection"
        return BrokerRefused(f"the broker refuses {named}: {words}")

    def channel_opened(self, channel: Any) -> None:
        self.next_on(channel)

    def next_on(self, channel: Any) -> None:
        operation = next(self.waiting, None)
        if operation is None:
            return

        self.under_way[channel.channel_number] = operation

        def closed(_: Any, error: Any) -> None:
            # A refusal closes the channel (AMQP 0-9-1, section 1.2): what is left goes on with a new one.
            if self.connection.is_open and len(self.outcomes) < self.count:
                del self.under_way[channel.channel_number]
                self.connection.channel(on_open_callback=self.channel_opened)
                self.ended(Outcome(operation, error.reply_code, said(error.reply_text)))

        def answered(reply: Any, code: int = 200, text: str = "") -> None:
            pika_private.forget_on_close(channel, closed)
            method = reply.method
            found = (getattr(method, "message_count", 0), getattr(method, "consumer_count", 0))
            del self.under_way[channel.channel_number]
            self.ended(Outcome(operation, code, text, messages=found[0] or 0, consumers=found[1] or 0))
            if channel.is_open:
                self.next_on(channel)

        channel.add_on_close_callback(closed)
        _send(channel, operation, answered)

    def ended(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self.on_outcome(outcome)
        if len(self.outcomes) == self.count and self.connection.is_open:
            self.connection.close()


def _send(channel: Any, operation: Operation, answered: Callable[..., None]) -> None:
    match operation.action, operation.object:
        case "create", (Exchange() | Queue()) as one:
            declare(channel, one, answered)
        case "create", Binding() as one:
            _bind(channel, one, answered)
        case "delete", Exchange() as one:
            channel.exchange_delete(one.name, if_unused=not operation.force, callback=answered)
        case "delete", Queue() as one:
            if one.type == "classic" or operation.force:
                careful = not operation.force
                channel.queue_delete(one.name, if_unused=careful, if_empty=careful, callback=answered)
            else:
                _delete_unused(channel, one, answered)
        case "delete", Binding() as one:
            _unbind(channel, one, one.key, answered)
        case _:
            _ask(channel, operation, answered)


def declare(channel: Any, one: Exchange | Queue, answered: Callable[[Any], None] | None = None) -> None:
    """Declare an exchange or a queue on pika's channel; without ``answered``, the broker is asked for no answer."""
    arguments = dict(one.arguments)
    how = {"durable": one.durable, "auto_delete": one.auto_delete, "arguments": arguments, "callback": answered}
    if isinstance(one, Queue):
        channel.queue_declare(one.name, **how)
    else:
        channel.exchange_declare(one.name, one.type, internal=one.internal, **how)


def _ask(channel: Any, operation: Operation, answered: Callable[[Any], None]) -> None:
    match operation.action, operation.object:
        case "inspect", Queue() as one:
            channel.queue_declare(one.name, passive=True, callback=answered)
        case "inspect", Exchange() as one:
            channel.exchange_declare(one.name, passive=True, callback=answered)
        case "look", Queue() as one:
            _look(channel, one, answered)
        case "probe", Exchange() as one:
            channel.exchange_declare(one.name, one.type, arguments={"alternate-exchange": 1}, callback=answered)
        case "probe", Queue() as one:
            impossible = {**one.arguments, "x-expires": "not a number"}
            channel.queue_declare(one.name, durable=one.durable, arguments=impossible, callback=answered)
        case "probe", Binding() as one:
            _unbind(channel, one, "edatool: no such key", answered)
        case _:
            raise AssertionError(operation)


def _bind(channel: Any, one: Binding, answered: Callable[[Any], None]) -> None:
    bind = channel.exchange_bind if one.to_exchange else channel.queue_bind
    bind(one.destination, one.source, one.key, arguments=dict(one.arguments), callback=answered)


def _unbind(channel: Any, one: Binding, key: str, answered: Callable[[Any], None]) -> None:
    if one.to_exchange:
        channel.exchange_unbind(one.destination, one.source, key, arguments=dict(one.arguments), callback=answered)
    else:
        channel.queue_unbind(
            one.destination,
            exchange=one.source,
            routing_key=key,
            arguments=dict(one.arguments),
            callback=answered,
        )


def _delete_unused(channel: Any, queue: Queue, answered: Callable[..., None]) -> None:
    """Delete a quorum queue or a stream, which refuse or ignore conditions, right after it said that it is unused."""
    asked = monotonic()

    def looked(reply: Any) -> None:
        if not channel.is_open:  # winding up: it closes as soon as this is answered
            return
        if reply.method.message_count or reply.method.consumer_count:
            answered(reply, NOT_EMPTY, f"queue '{queue.name}' is in use")
        elif monotonic() - asked > FRESH:
            _delete_unused(channel, queue, answered)
        else:
            channel.queue_delete(queue.name, callback=answered)

    channel.queue_declare(queue.name, passive=True, callback=looked)


def _look(channel: Any, queue: Queue, answered: Callable[[Any], None]) -> None:
    def got(method: Any, _: Any) -> None:
        if method:
            channel.basic_nack(method.delivery_tag, requeue=True)
        found = spec.Queue.DeclareOk(queue.name, message_count=int(method is not None), consumer_count=0)
        answered(frame.Method(channel.channel_number, found))

    get(channel, queue, got)


def get(channel: Any, queue: Queue, answered: Callable[[Any, Any], None]) -> None:
    """Take a message out of a queue: ``answered`` gets pika's method and the properties, None where there is none."""

    def empty(_: Any) -> None:
        answered(None, None)

    def got(_: Any, method: Any, properties: Any, __: bytes) -> None:
        channel.callbacks.remove(channel.channel_number, spec.Basic.GetEmpty, empty)
        answered(method, properties)

    channel.add_callback(empty, [spec.Basic.GetEmpty])
    channel.basic_get(queue.name, got)
