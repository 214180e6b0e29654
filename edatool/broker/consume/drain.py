"""Messages moved from a queue to an exchange, in bulk: each is acknowledged once the broker has confirmed its copy."""

import sys
import time
from collections.abc import Callable
from typing import Any

from pika import spec

from edatool.broker.consume.ending import Ending
from edatool.broker.consume.in_hand import InHand
from edatool.broker.consume.pump import Pump
from edatool.broker.properties import OF_QUEUES, raw
from edatool.broker.session import Session
from edatool.errors import BrokerError, BrokerRefused, Unsafe
from edatool.frozen import frozen

WINDOW = 500
"""Messages on their way at once: the most that are there twice after this program was killed."""

ASK_EVERY = 0.1
TELL_EVERY = 50  # asks
PATIENCE = 10  # asks, until a few messages that are left count as those of a busy queue


@frozen
class Moved:
    """What was moved, in messages and bytes of bodies; ``full``: the target took no more, or had no more room.

    ``by_name`` of them were published to the queue by its name, and for the first time.
    """

    messages: int
    bytes: int
    by_name: int
    full: bool


@frozen
class Room:
    """How many messages, and bytes of bodies, a target has room for."""

    messages: float = float("inf")
    bytes: float = float("inf")


@frozen
class Drain:
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


def move(session: Session, way: Drain) -> Moved:
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
    def __init__(self, session: Session, way: Drain) -> None:
        self.user, self.way = session.address.user, way
        self.end = time.monotonic() + way.seconds
        self.messages = self.bytes = self.by_name = self.left = self.sent = self.delivered = self.asked = 0
        self.delivered_before, self.left_before = -1, sys.maxsize
        self.on_their_way: dict[int, int] = {}  # delivery tags by numbers of publishes
        self.full = self.is_filled = False
        self.pump = Pump(session.address, session.vhost, session.amqp)
        self.in_hand = InHand[bool](self.pump)
        self.ending = Ending(self.pump, self.in_hand, self.on_their_way)

    def moved(self) -> Moved:
        self.pump.run(self.opened, self.acknowledge)
        return Moved(self.messages, self.bytes, self.by_name, self.full)

    def opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self.closed)
        channel.add_on_return_callback(self.returned)
        channel.add_on_cancel_callback(
            lambda _: self.fail(BrokerRefused(f"queue {self.way.queue} was deleted meanwhile, or its node went down"))
        )
        channel.confirm_delivery(self.confirmed)
        channel.basic_qos(prefetch_count=int(min(WINDOW, self.way.room.messages + 1)), callback=self.ready)

    def ready(self, _: Any) -> None:
        self.pump.consume(self.way.queue, self.deliver, then=self.ask)

    def ask(self) -> None:
        if self.pump.has_channel and not self.pump.ending:
            self.pump.channel.queue_declare(self.way.queue, passive=True, callback=self.answered)

    def answered(self, frame: Any) -> None:
        self.left = frame.method.message_count
        quiet = self.delivered == self.delivered_before and not self.on_their_way
        busy = self.way.leave > 0 and self.asked >= PATIENCE
        few = self.left <= self.way.leave and (quiet or busy)
        if few or self.full or time.monotonic() > self.end:
            self.ending.begin()
            return
        self.delivered_before = self.delivered
        self.asked += 1
        if self.asked % TELL_EVERY == 0:
            self.way.on_progress(self.messages)
            if self.way.leave and self.left >= self.left_before:
                self.ending.begin()
                return
            self.left_before = self.left
        self.pump.call_later(ASK_EVERY, self.ask)

    def deliver(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        room = self.way.room
        if self.is_filled or self.sent >= room.messages or self.bytes + len(body) > room.bytes:
            self.full = self.is_filled = True
            self.ending.begin()  # it goes back
            return
        self.delivered += 1
        self.sent += 1
        self.bytes += len(body)
        self.by_name += method.exchange == "" and not method.redelivered
        self.in_hand.add(method.delivery_tag, True)  # noqa: FBT003 - there is no more to know of it
        self.on_their_way[self.sent] = method.delivery_tag
        kept = raw(properties, without=OF_QUEUES)
        channel.basic_publish(self.way.exchange, method.routing_key, body, kept, mandatory=True)

    def confirmed(self, frame: Any) -> None:
        method = frame.method
        if self.pump.error:
            return
        numbers = [method.delivery_tag]
        if method.multiple:
            numbers = [number for number in self.on_their_way if number <= method.delivery_tag]
        for tag in [self.on_their_way.pop(number) for number in numbers]:
            if isinstance(method, spec.Basic.Nack):
                self.full = True  # it stays in hand, and goes back at the end
            else:
                self.messages += 1
                self.in_hand.done(tag)
        self.in_hand.acknowledge_soon(then=self.ending.go_on)

    def returned(self, *_: Any) -> None:
        # A return comes before the confirm of its message, which therefore finds the error and does not acknowledge.
        self.fail(BrokerRefused(f"messages to exchange {self.way.exchange} reach no queue any more: run it again"))

    def acknowledge(self) -> None:
        if self.pump.has_channel:
            self.in_hand.acknowledge_one_by_one()

    def closed(self, _: Any, error: Any) -> None:
        if not self.pump.is_open or self.pump.error:
            return
        text = str(getattr(error, "reply_text", error))
        if "in exclusive use" in text:
            # The consumer that has the queue for itself empties it in our place.
            self.pump.ending = True
            self.pump.close()
        elif "user_id" in text:
            way_out = f"give {self.user!r} the tag impersonator until this is done, and run it again"
            self.fail(Unsafe(f"a message in {self.way.queue} has a user-id that {self.user!r} may not send: {way_out}"))
        else:
            self.fail(BrokerRefused(f"messages of {self.way.queue} cannot be moved: {text}"))

    def fail(self, error: BrokerError | Unsafe) -> None:
        self.acknowledge()
        self.pump.fail(error)
