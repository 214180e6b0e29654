"""Messages consumed from a queue and passed on: each is acknowledged once the broker has confirmed its copy."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import pika

from edatool.broker.address import Address
from edatool.broker.amqp import parameters
from edatool.broker.delivery import PASSED_BY, Delivery, Onward
from edatool.broker.diagnosis import connection_error
from edatool.broker.properties import keep_raw, raw
from edatool.errors import BrokerRefused, EdatoolError, Stale

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a message that the broker did not take is sent again: twice as many each time."""


Decide = Callable[[Delivery], Onward | None]
"""Says where a message goes on to; None for nowhere, and then it is acknowledged."""

Failed = Callable[[str], None]
"""Is told why the broker did not take a message, which is then sent again."""


@dataclass(slots=True)
class _OnItsWay:
    onward: Onward
    delivery: Delivery
    properties: Any
    pause: float = FIRST_PAUSE
    returned: bool = False


@dataclass(slots=True)
class Passing:
    """Passes on what comes into a queue until ``stop``, or with ``until_empty`` until nothing is left."""

    address: Address
    vhost: str
    queue: str
    decide: Decide
    prefetch: int
    on_passed: Callable[[Delivery, Onward], None] = lambda *_: None
    on_failed: Failed = lambda _: None
    until_empty: bool = False
    begun: bool = False
    """Whether the broker has let it consume."""
    _error: EdatoolError | None = None
    _asked_to_stop: bool = False
    _stopping: bool = False
    _connection: Any = None
    _channel: Any = None
    _sent: int = 0
    _waiting: dict[int, _OnItsWay | None] = field(default_factory=dict)
    """By delivery tag, in order: None for those that are done."""
    _numbers: dict[int, int] = field(default_factory=dict)
    """Delivery tags by numbers of publishes."""
    _settling: bool = False
    _run: str = field(default_factory=lambda: secrets.token_hex(6))
    """Tells what was sent by this run from everything else."""

    def run(self) -> None:
        """Work until stopped; what is not confirmed by then stays in the queue. All is safe to interrupt.

        Raises:
            Stale: a message came back that this run has passed on.
            BrokerRefused: no such queue or exchange, or missing permissions.
            BrokerUnreachable: no connection, or it was lost.
            EdatoolError: what ``decide`` raised.
        """
        self._connection = pika.SelectConnection(
            parameters(self.address, self.vhost),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened),
            on_open_error_callback=self._lost,
            on_close_callback=self._lost,
        )
        keep_raw(self._connection)
        try:
            self._connection.ioloop.start()
        finally:
            self._connection.ioloop.close()
            self._connection = None
        if self._error:
            raise self._error

    def stop(self) -> None:
        """End ``run`` once what is on its way has been confirmed; may be called from any thread or signal handler."""
        self._asked_to_stop = True
        if self._connection:
            self._connection.ioloop.add_callback_threadsafe(self._finish)

    def _lost(self, connection: Any, error: BaseException) -> None:
        if not self._stopping and self._error is None:
            self._error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()

    def _opened(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._closed)
        channel.add_on_return_callback(self._returned)
        channel.add_on_cancel_callback(
            lambda _: self._fail(BrokerRefused(f"queue {self.queue} was deleted: run edatool apply"))
        )
        channel.confirm_delivery(self._confirmed)
        channel.basic_qos(prefetch_count=self.prefetch, callback=self._ready)

    def _ready(self, _: Any) -> None:
        if self._asked_to_stop:
            self._finish()
            return
        self._channel.basic_consume(self.queue, self._delivered, callback=self._has_begun)
        if self.until_empty:
            self._ask()

    def _has_begun(self, _: Any) -> None:
        self.begun = True

    def _ask(self) -> None:
        if self._channel.is_open and not self._stopping:
            self._channel.queue_declare(self.queue, passive=True, callback=self._answered)

    def _answered(self, frame: Any) -> None:
        if frame.method.message_count == 0 and not self._waiting:
            self._finish()
        else:
            self._connection.ioloop.call_later(0.1, self._ask)

    def _delivered(self, _: Any, method: Any, properties: Any, body: bytes) -> None:
        if self._stopping:
            return  # it goes back to its place in the queue
        if self._own_tag(properties.headers or {}):
            # The copies are safe where they are: what they are copies of is acknowledged before this ends.
            self._error = Stale(f"messages that were passed on come back by exchange {method.exchange!r}")
            self._finish()
            return
        delivery = Delivery(
            method.exchange,
            method.routing_key,
            properties.headers or {},
            body,
            properties.content_type,
            properties.type,
            properties.message_id,
            method.redelivered,
        )
        try:
            onward = self.decide(delivery)
        except EdatoolError as error:
            self._fail(error)
            return
        tag = method.delivery_tag
        self._waiting[tag] = None if onward is None else _OnItsWay(onward, delivery, properties)
        if onward is None:
            self._settle_soon()
        else:
            self._send(tag)

    def _send(self, tag: int) -> None:
        one = self._waiting.get(tag)
        if one is None or not self._channel.is_open:
            return
        self._sent += 1
        self._numbers[self._sent] = tag
        one.returned = False
        # A user-id may be sent by that user only.
        headers = {**one.onward.headers, PASSED_BY: f"{self._run}.{tag}"}
        kept = raw(one.properties, without=("x-delivery-count",), headers=headers, drop=("user_id",))
        self._channel.basic_publish(one.onward.exchange, one.onward.key, one.delivery.body, kept, mandatory=True)

    def _returned(self, _: Any, method: Any, properties: Any, __: bytes) -> None:
        # It comes before the confirm of its message.
        tag = self._own_tag(properties.headers or {})
        one = self._waiting.get(tag) if tag else None
        if one:
            one.returned = True
            self.on_failed(f"exchange {method.exchange} leads it to no queue")

    def _confirmed(self, frame: Any) -> None:
        method = frame.method
        numbers = [method.delivery_tag]
        if method.multiple:
            numbers = [number for number in self._numbers if number <= method.delivery_tag]
        refused = isinstance(method, pika.spec.Basic.Nack)
        for number in numbers:
            tag = self._numbers.pop(number)
            one = self._waiting[tag]
            assert one
            if refused:
                self.on_failed("a queue is full, or the broker has an error: it nacked")
            if refused or one.returned:
                self._connection.ioloop.call_later(one.pause, lambda tag=tag: self._send(tag))
                one.pause = min(2 * one.pause, LONGEST_PAUSE)
            else:
                self.on_passed(one.delivery, one.onward)
                self._waiting[tag] = None
        self._settle_soon()

    def _settle_soon(self) -> None:
        """Acknowledge what is done, all that came in one go with one frame."""
        if not self._settling:
            self._settling = True
            self._connection.ioloop.add_callback_threadsafe(self._settle)

    def _settle(self) -> None:
        self._settling = False
        done = list(takewhile(lambda tag: self._waiting[tag] is None, self._waiting))
        first = next((one for one in self._waiting.values() if one), None)
        if self._channel.is_open:
            if done:
                self._channel.basic_ack(done[-1], multiple=True)
            if first and first.pause > FIRST_PAUSE:  # the others do not wait for one that is not taken
                behind = [tag for tag, one in self._waiting.items() if one is None and tag not in done]
                for tag in behind:
                    self._channel.basic_ack(tag)
                done += behind
        for tag in done:
            del self._waiting[tag]
        if self._stopping:
            self._end_when_done()

    def _finish(self) -> None:
        # pika cannot be told to close while it is opening: then it is closed once it is ready.
        if self._stopping or not (self._channel and self._channel.is_open):
            return
        self._stopping = True
        if self._channel.consumer_tags:
            for tag in self._channel.consumer_tags:
                self._channel.basic_cancel(tag, callback=lambda _: self._end_when_done())
        else:
            self._end_when_done()

    def _end_when_done(self) -> None:
        # What the broker does not take stays in the queue.
        stuck = all(one is None or one.pause > FIRST_PAUSE for one in self._waiting.values())
        if (not self._numbers or stuck) and not self._settling and self._connection.is_open:
            self._connection.close()

    def _own_tag(self, headers: Mapping[str, object]) -> int | None:
        run, _, tag = str(headers.get(PASSED_BY, "")).partition(".")
        return int(tag) if run == self._run else None

    def _closed(self, _: Any, error: Any) -> None:
        if self._connection.is_open and not self._stopping and not self._error:
            text = str(getattr(error, "reply_text", error))
            self._fail(BrokerRefused(f"messages of {self.queue} cannot be passed on: {text}"))

    def _fail(self, error: EdatoolError) -> None:
        self._error = self._error or error
        if self._connection.is_open:
            self._connection.close()
