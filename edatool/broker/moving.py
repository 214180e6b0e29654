"""Messages moved from a queue to an exchange, in bulk: each is acknowledged once the broker has confirmed its copy."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import pika

from edatool.broker.address import Address
from edatool.broker.amqp import connection_error, parameters
from edatool.broker.properties import keep_raw, raw
from edatool.errors import BrokerError, BrokerRefused, EdatoolError, Unsafe

WINDOW = 500
"""Messages on their way at once: the most that are there twice after this program was killed."""

REMEMBERED = 200_000
ASK_EVERY = 0.1
TELL_EVERY = 50  # asks
PATIENCE = 10  # asks, until a few messages that are left count as those of a busy queue


@dataclass(slots=True)
class Seen:
    """Digests of the latest messages that have an id; two are the same where id, key and body are."""

    digests: dict[bytes, None] = field(default_factory=dict)

    def again(self, digest: bytes) -> bool:
        """Remember a message, and tell whether it was there already."""
        if digest in self.digests:
            return True
        self.digests[digest] = None
        if len(self.digests) > REMEMBERED:
            del self.digests[next(iter(self.digests))]
        return False

    def forget(self, digest: bytes) -> None:
        """Forget a message that was not taken, so that it is no duplicate when it comes again."""
        self.digests.pop(digest, None)


def digest_of(message_id: str, key: str, body: bytes) -> bytes:
    """Return 16 bytes that tell messages apart."""
    text = f"{len(message_id)} {len(key)} {message_id}{key}".encode()
    return blake2b(text + body, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved; ``duplicates`` were dropped, ``left`` are ready still, ``full``: the target took no more."""

    messages: int
    duplicates: int
    left: int
    full: bool


@dataclass(frozen=True, slots=True)
class Way:
    """From a queue to an exchange, until nothing is left, or for ``seconds``.

    With ``leave``, of a queue in which messages go on arriving that many may be left, and it also ends where they
    arrive as fast as they are moved.
    ``on_progress`` is told every few seconds how many were moved.
    """

    queue: str
    exchange: str
    seconds: float
    seen: Seen
    leave: int = 0
    on_progress: Callable[[int], None] = lambda _: None


def move(address: Address, vhost: str, way: Way) -> Moved:
    """Move messages with their routing keys.

    Properties and headers stay as they are, but for ``x-delivery-count``, which is the queue's own. All is safe to
    interrupt: what was not confirmed stays in the queue. Less is moved where another consumer has the queue
    for itself.

    Raises:
        Unsafe: a message has the property user-id of somebody else, which only an impersonator may send.
        BrokerRefused: no such queue or exchange, missing permissions, or the exchange leads nowhere.
        BrokerUnreachable: no connection, or it was lost.
    """
    return _Move(address, vhost, way).moved()


class _Move:
    def __init__(self, address: Address, vhost: str, way: Way) -> None:
        self.address, self.vhost, self.way = address, vhost, way
        self.end = time.monotonic() + way.seconds
        self.messages = self.duplicates = self.left = self.sent = self.delivered = self.asked = 0
        self.delivered_before, self.left_before = -1, sys.maxsize
        self.on_their_way: dict[int, tuple[int, bytes]] = {}  # delivery tags and digests by numbers of publishes
        self.full = self.stopping = False
        self.error: EdatoolError | None = None
        self.connection: Any = None
        self.channel: Any = None
        self.asking: Any = None

    def moved(self) -> Moved:
        self.connection = pika.SelectConnection(
            parameters(self.address, self.vhost),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self.opened),
            on_open_error_callback=self.lost,
            on_close_callback=self.lost,
        )
        keep_raw(self.connection)
        try:
            self.connection.ioloop.start()
        except BaseException:
            if self.connection.is_open:
                self.connection.close()
                self.connection.ioloop.start()
            raise
        finally:
            self.connection.ioloop.close()
        if self.error:
            raise self.error
        return Moved(self.messages, self.duplicates, self.left, self.full)

    def lost(self, connection: Any, error: BaseException) -> None:
        if not self.stopping and self.error is None:
            self.error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()

    def opened(self, channel: Any) -> None:
        self.channel = channel
        channel.add_on_close_callback(self.closed)
        channel.add_on_return_callback(self.returned)
        channel.add_on_cancel_callback(
            lambda _: self.fail(BrokerRefused(f"queue {self.way.queue} was deleted meanwhile, or its node went down"))
        )
        channel.confirm_delivery(self.confirmed)
        channel.basic_qos(prefetch_count=WINDOW, callback=self.ready)

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
        self.delivered += 1
        digest = digest_of(properties.message_id or "", method.routing_key, body)
        if properties.message_id and self.way.seen.again(digest):
            self.duplicates += 1
            channel.basic_ack(method.delivery_tag)
            return
        self.sent += 1
        self.on_their_way[self.sent] = (method.delivery_tag, digest)
        kept = raw(properties, without=("x-delivery-count",))
        channel.basic_publish(self.way.exchange, method.routing_key, body, kept, mandatory=True)

    def confirmed(self, frame: Any) -> None:
        method = frame.method
        if self.error:
            return
        numbers = [method.delivery_tag]
        if method.multiple:
            numbers = [number for number in self.on_their_way if number <= method.delivery_tag]
        messages = [self.on_their_way.pop(number) for number in numbers]
        tags = [tag for tag, _ in messages]
        if isinstance(method, pika.spec.Basic.Nack):
            self.full = True
            for tag, digest in messages:
                self.way.seen.forget(digest)
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
        self.stopping = True
        # What is delivered before the broker has heard of this goes back to its place in the queue.
        for tag in self.channel.consumer_tags:
            self.channel.basic_cancel(tag, callback=lambda _: self.end_when_nothing_is_on_its_way())

    def end_when_nothing_is_on_its_way(self) -> None:
        if not self.on_their_way and self.connection.is_open:
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
            self.fail(
                Unsafe(
                    f"a message in {self.way.queue} has a user-id that {self.address.user!r} may not send: "
                    f"give {self.address.user!r} the tag impersonator until this is done, and run it again"
                )
            )
        else:
            self.fail(BrokerRefused(f"messages of {self.way.queue} cannot be moved: {text}"))

    def fail(self, error: BrokerError | Unsafe) -> None:
        self.error = self.error or error
        if self.connection.is_open:
            self.connection.close()
