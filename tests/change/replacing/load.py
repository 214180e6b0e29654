"""A load with ids from a publisher that waits for confirms to a consumer that acknowledges, and an account of it.

The publisher knows nothing of what is done to the broker meanwhile, as in production: it opens a channel or connection
again when it was closed, and does not send again what was not confirmed. The consumer subscribes again when it is
cancelled.
"""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pika
from pika import exceptions

from edatool.broker.address import Address
from edatool.broker.amqp import parameters
from edatool.server.installed import until

RATE = 1200
WINDOW = 2000
TICK = 0.01
QUIET = 60


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the messages: ``unsure`` ones were never confirmed, ``lost`` ones were, and did not arrive."""

    sent: int
    confirmed: int
    received: int
    lost: int
    duplicated: int
    unsure: int
    per_second: int


@dataclass(slots=True)
class Load:
    """Messages by their ids; ``received`` counts them per queue."""

    sent: int = 0
    confirmed: set[int] = field(default_factory=set)
    received: dict[str, Counter[int]] = field(default_factory=dict)
    seconds: float = 0.0
    patience: float = math.inf
    """Seconds of nothing but nacks after which the publisher opens another channel."""

    def await_more(self, confirms: int) -> None:
        """Wait until so many more messages are confirmed."""
        wanted = len(self.confirmed) + confirms
        there = until(lambda: len(self.confirmed) >= wanted, QUIET)
        assert there, f"the publisher does not get on: {len(self.confirmed)} of {self.sent} messages are confirmed"

    def account(self, queue: str) -> Account:
        received = self.received[queue]
        return Account(
            sent=self.sent,
            confirmed=len(self.confirmed),
            received=len(received),
            lost=len(self.confirmed - received.keys()),
            duplicated=sum(received.values()) - len(received),
            unsure=self.sent - len(self.confirmed),
            per_second=round(self.sent / self.seconds),
        )


@contextmanager
def load(
    address: Address,
    vhost: str,
    to: tuple[str, str],
    queues: Sequence[str],
    *,
    rate: int = RATE,
    patience: float = math.inf,
) -> Iterator[Load]:
    """Publish ``rate`` messages a second to an exchange with a key; after the block, all that arrives has arrived.

    After ``patience`` seconds of nothing but nacks the publisher opens another channel.
    """
    found = Load(received={queue: Counter() for queue in queues}, patience=patience)
    enough, over = threading.Event(), threading.Event()
    publisher = _Publisher(parameters(address, vhost), to, rate, found, enough)
    publishing = threading.Thread(target=publisher.run)
    consuming = [
        threading.Thread(target=_consume, args=(address, vhost, one, found.received[one], over)) for one in queues
    ]
    with ExitStack() as ending:
        ending.callback(_join, consuming)
        ending.callback(over.set)
        for thread in (*consuming, publishing):
            thread.start()
        begin = time.monotonic()
        try:
            found.await_more(1)
            yield found
        finally:
            enough.set()
            publishing.join()
            found.seconds = time.monotonic() - begin
        _await_quiet(found)


def _join(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def _await_quiet(found: Load) -> None:
    """Wait until all that was confirmed is there, or nothing has come for two seconds."""
    while any(found.confirmed - received.keys() for received in found.received.values()):
        before = [received.total() for received in found.received.values()]
        if not until(lambda before=before: [r.total() for r in found.received.values()] != before, 2):  # type: ignore[misc]
            return


def _consume(address: Address, vhost: str, queue: str, received: Counter[int], over: threading.Event) -> None:
    def deliver(channel: Any, method: Any, properties: Any, _: bytes) -> None:
        received[int(properties.message_id)] += 1
        channel.basic_ack(method.delivery_tag)

    while not over.is_set():
        with suppress(exceptions.AMQPError), pika.BlockingConnection(parameters(address, vhost)) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=100)
            channel.basic_consume(queue, deliver)
            while channel.consumer_tags and not over.is_set():
                connection.process_data_events(0.1)
        time.sleep(0.02)


class _Publisher:
    def __init__(
        self, where: pika.ConnectionParameters, to: tuple[str, str], rate: int, found: Load, enough: threading.Event
    ) -> None:
        self.parameters, self.to, self.rate = where, to, rate
        self.found, self.enough = found, enough
        self.ids = count(1)
        self.waiting: dict[int, int] = {}
        self.number = 0
        self.begin = 0.0
        self.last_ack = 0.0
        self.over = False
        self.connection: Any = None
        self.channel: Any = None

    def run(self) -> None:
        self.begin = time.monotonic()
        while not self.over:
            self.connection = pika.SelectConnection(
                self.parameters,
                on_open_callback=self.open_channel,
                on_open_error_callback=self.stop,
                on_close_callback=self.stop,
            )
            self.connection.ioloop.start()
            self.connection.ioloop.close()

    def stop(self, connection: Any, _: Any) -> None:
        connection.ioloop.call_later(TICK, connection.ioloop.stop)

    def open_channel(self, connection: Any) -> None:
        connection.channel(on_open_callback=self.opened)

    def opened(self, channel: Any) -> None:
        self.channel, self.number = channel, 0
        self.waiting = {}
        self.last_ack = time.monotonic()
        channel.add_on_close_callback(self.closed)
        channel.confirm_delivery(self.confirmed, callback=lambda _: self.publish(channel))

    def closed(self, *_: Any) -> None:
        if self.connection.is_open:
            self.open_channel(self.connection)

    def confirmed(self, frame: Any) -> None:
        method = frame.method
        numbers = [n for n in self.waiting if n <= method.delivery_tag] if method.multiple else [method.delivery_tag]
        for number in numbers:
            one = self.waiting.pop(number)
            if isinstance(method, pika.spec.Basic.Ack):
                self.found.confirmed.add(one)
                self.last_ack = time.monotonic()
        if time.monotonic() - self.last_ack > self.found.patience and self.channel.is_open:
            self.channel.close()

    def publish(self, channel: Any) -> None:
        if channel is not self.channel or not channel.is_open:
            return
        if self.enough.is_set():
            if not self.waiting:
                self.over = True
                self.connection.close()
                return
        else:
            due = int((time.monotonic() - self.begin) * self.rate) - self.found.sent
            for _ in range(min(due, WINDOW - len(self.waiting))):
                self.publish_one(channel)
        self.connection.ioloop.call_later(TICK, lambda: self.publish(channel))

    def publish_one(self, channel: Any) -> None:
        number = next(self.ids)
        self.number += 1
        self.found.sent += 1
        self.waiting[self.number] = number
        channel.basic_publish(*self.to, b"x" * 400, pika.BasicProperties(delivery_mode=2, message_id=str(number)))
