"""Messages moved from a queue to an exchange, in bulk: each is acknowledged once the broker has confirmed its copy."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pika

from edatool.broker import pika_private
from edatool.broker.diagnosis import connection_error
from edatool.broker.properties import OF_QUEUES, raw
from edatool.broker.session import Session
from edatool.errors import BrokerError, BrokerRefused, EdatoolError, Unsafe

WINDOW = 500
"""Messages on their way at once: the most that are there twice after this program was killed."""

ASK_EVERY = 0.1
TELL_EVERY = 50  # asks
PATIENCE = 10  # asks, until a few messages that are left count as those of a busy queue


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, in messages and bytes of bodies; ``full``: the target took no more, or had no more room.

    ``by_name`` of them were published to the queue by its name, and for the first time.
    """

    messages: int
    bytes: int
    by_name: int
    full: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How many messages, and bytes of bodies, a target has room for."""

    messages: float = float("inf")
    bytes: float = float("inf")


@dataclass(frozen=True, slots=True)
class Way:
    """From a queue to an exchange, until nothing is left, or for ``seconds``; no more than there is ``room`` for.

    With ``leave``, of a queue in which messages go on arriving that many may be left, and it also ends where they
    arrive as fast as they are moved.
    ``on_progress`` is told every few seconds how many were moved.
    """

    queue: str
    exchange: str
    seconds: float
    leave: int = 0
    room: Room = Room()
    on_progress: Callable[[int], None] = lambda _: None


def move(session: Session, way: Way) -> Moved:
    """Move messages with their routing keys.

    Properties and headers stay as they are, but for those that are the queue's own (``OF_QUEUES``). All is safe to
    interrupt: what was not confirmed stays in the queue. Nothing is ever dropped: two messages may be equal in all
    that can be seen of them. Less is moved where another consumer has the queue for itself.

    Raises:
        Unsafe: a message has the property user-id of somebody else, which only an impersonator may send.
        BrokerRefused: no such queue or exchange, missing permissions, or the exchange leads nowhere.
        BrokerUnreachable: no connection, or it was lost.
    """
    return _Move(session, way).moved()


class _Move:
    def __init__(self, session: Session, way: Way) -> None:
        self.session, self.way = session, way
        self.end = time.monotonic() + way.seconds
        self.messages = self.bytes = self.by_name = self.left = self.sent = self.delivered = self.asked = 0
        self.delivered_before, self.left_before = -1, sys.maxsize
        self.on_their_way: dict[int, int] = {}  # delivery tags by numbers of publishes
        self.full = self.is_filled = self.stopping = self.is_cancelled = False
        self.error: EdatoolError | None = None
        self.connection: Any = None
        self.channel: Any = None
        self.asking: Any = None

    def moved(self) -> Moved:
        with self.session.amqp(self.open_channel, self.lost) as self.connection:
            try:
                self.connection.ioloop.start()
            except BaseException:
                if self.connection.is_open:
                    self.connection.close()
                    self.connection.ioloop.start()
                raise
        if self.error:
            raise self.error
        return Moved(self.messages, self.bytes, self.by_name, self.full)

    def open_channel(self, connection: Any) -> None:
        connection.channel(on_open_callback=self.opened)

    def lost(self, connection: Any, error: BaseException) -> None:
        if not self.stopping and self.error is None:
            self.error = connection_error(error, self.session.address, self.session.vhost)
        connection.ioloop.stop()

    def opened(self, channel: Any) -> None:
        self.channel = channel
        channel.add_on_close_callback(self.closed)
        channel.add_on_return_callback(self.returned)
        channel.add_on_cancel_callback(
            lambda _: self.fail(BrokerRefused(f"queue {self.way.queue} was deleted meanwhile, or its node went down"))
        )
        channel.confirm_delivery(self.confirmed)
        channel.basic_qos(prefetch_count=int(min(WINDOW, self.way.room.messages + 1)), callback=self.ready)

    def ready(self, _: Any) -> None:
        self.channel.basic_consume(self.way.queue, self.deliver)
        self.connection.channel(on_open_callback=self.start_asking)

    def start_asking(self, channel: Any) -> None:
        self.asking = channel
        channel.add_on_close_callback(self.closed)
        self.ask()

    def ask(self) -> None:
        if self.asking.is_open:
            self.asking.queue_declare(self.way.queue, passive=True, callback=self.answered)

    def answered(self, frame: Any) -> None:
        self.left = frame.method.message_count
        quiet = self.delivered == self.delivered_before and not self.on_their_way
        busy = self.way.leave > 0 and self.asked >= PATIENCE
        few = self.left <= self.way.leave and (quiet or busy)
        if few or self.full or time.monotonic() > self.end:
            self.finish()
            return
        self.delivered_before = self.delivered
        self.asked += 1
        if self.asked % TELL_EVERY == 0:
            self.way.on_progress(self.messages)
            if self.way.leave and self.left >= self.left_before:
                self.finish()
                return
            self.left_before = self.left
        self.connection.ioloop.call_later(ASK_EVERY, self.ask)

    def deliver(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        room = self.way.room
        if self.is_filled or self.sent >= room.messages or self.bytes + len(body) > room.bytes:
            # It is not acknowledged, and goes back with the channel.
            self.full = self.is_filled = True
            self.finish()
            return
        self.delivered += 1
        self.sent += 1
        self.bytes += len(body)
        self.by_name += method.exchange == "" and not method.redelivered
        self.on_their_way[self.sent] = method.delivery_tag
        kept = raw(properties, without=OF_QUEUES)
        channel.basic_publish(self.way.exchange, method.routing_key, body, kept, mandatory=True)

    def confirmed(self, frame: Any) -> None:
        method = frame.method
        if self.error:
            return
        numbers = [method.delivery_tag]
        if method.multiple:
            numbers = [number for number in self.on_their_way if number <= method.delivery_tag]
        tags = [self.on_their_way.pop(number) for number in numbers]
        if isinstance(method, pika.spec.Basic.Nack):
            self.full = True
            for tag in tags:
                self.channel.basic_nack(tag, requeue=True)
        elif method.multiple and not self.full and tags:
            self.messages += len(tags)
            self.channel.basic_ack(tags[-1], multiple=True)
        else:
            self.messages += len(tags)
            for tag in tags:
                self.channel.basic_ack(tag)
        if self.stopping:
            self.end_when_nothing_is_on_its_way()

    def returned(self, *_: Any) -> None:
        # A return comes before the confirm of its message, which therefore finds the error and does not acknowledge.
        self.fail(BrokerRefused(f"messages to exchange {self.way.exchange} reach no queue any more: run it again"))

    def finish(self) -> None:
        if self.stopping:
            return
        self.stopping = True
        for tag in self.channel.consumer_tags:
            self.channel.add_callback(self.cancelled, [pika.spec.Basic.CancelOk])
            # pika's own basic_cancel would reject what is delivered before the broker has heard of it, which counts
            # as a delivery that failed, and may be one too many for the queue.
            pika_private.send(self.channel, pika.spec.Basic.Cancel(consumer_tag=tag))

    def cancelled(self, _: Any) -> None:
        self.is_cancelled = True
        self.end_when_nothing_is_on_its_way()

    def end_when_nothing_is_on_its_way(self) -> None:
        if self.is_cancelled and not self.on_their_way and self.connection.is_open:
            self.connection.close()

    def closed(self, _: Any, error: Any) -> None:
        if not self.connection.is_open or self.error:
            return
        text = str(getattr(error, "reply_text", error))
        if "in exclusive use" in text:
            # The consumer that has the queue for itself empties it in our place.
            self.left, self.stopping = -1, True
            self.connection.close()
        elif "user_id" in text:
            who = repr(self.session.address.user)
            way_out = f"give {who} the tag impersonator until this is done, and run it again"
            self.fail(Unsafe(f"a message in {self.way.queue} has a user-id that {who} may not send: {way_out}"))
        else:
            self.fail(BrokerRefused(f"messages of {self.way.queue} cannot be moved: {text}"))

    def fail(self, error: BrokerError | Unsafe) -> None:
        self.error = self.error or error
        if self.connection.is_open:
            self.connection.close()
