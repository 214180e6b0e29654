"""Messages consumed from a queue and passed on: each is acknowledged once the broker has confirmed all its copies.

What a destination does not take is put off: it waits in a queue of its own for that, from which it is consumed as well.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import Any

import pika
from pika import exceptions

from edatool.broker.address import Address
from edatool.broker.amqp import parameters, translated
from edatool.broker.delivery import PASSED_BY, Delivery, Onward
from edatool.broker.diagnosis import connection_error
from edatool.broker.fullness import FIRST_PAUSE, LONGEST_PAUSE, Fullness
from edatool.broker.offenders import Offenders, digest_of
from edatool.broker.properties import OF_QUEUES, Raw, bare, keep_raw, may_die, raw
from edatool.errors import BrokerRefused, BrokerUnreachable, EdatoolError, Stale

PATIENCE = 30.0
"""Seconds in which a broker has to answer anything at all."""
CONFIRM_PATIENCE = 20.0
"""Seconds in which a destination has to confirm a message, before the message is put off."""
STOP_PATIENCE = 10.0
"""Seconds within which ``run`` ends after ``stop``, whatever the broker does."""
TURN = 5.0
"""Seconds that a message which was put off stays in hand before it makes room for others that wait."""
PRECONDITION_FAILED = 406
"""Why the broker closes a channel for what is in a message."""
_TICK = 0.1
_LONGEST_NUMBER = 20
_HEADER_FRAME = 20
"""Bytes of a content header's frame beside the properties."""

Decide = Callable[[Delivery], Sequence[Onward]]
"""Says where a message goes on to; nowhere, and then it is acknowledged."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told what: all are called in the thread of ``run``.

    ``passed``: a message and the ways that it went. ``failed``: why the broker did not take one, which is sent again.
    ``given_up``: why a message cannot be sent at all, which the queue's own dead-lettering puts aside. ``full``: a
    destination takes no messages; ``taken_again``: now it does.
    """

    passed: Callable[[Delivery, Sequence[Onward]], None] = lambda *_: None
    failed: Callable[[Onward, str], None] = lambda *_: None
    given_up: Callable[[str | None, str], None] = lambda *_: None
    full: Callable[[str], None] = lambda _: None
    taken_again: Callable[[str], None] = lambda _: None


@dataclass(slots=True)
class _InHand:
    """A message, and its ways: which it went, and how many it is still to go."""

    delivery: Delivery
    properties: Any
    since: float
    open: int
    gone: list[Onward] = field(default_factory=list)


@dataclass(slots=True)
class _OnItsWay:
    tag: int
    onward: Onward
    since: float
    pause: float
    waits_for: str
    """The full destination in whose place this is a queue to wait in; empty where it is the destination's."""
    returned: bool = False


@dataclass(slots=True)
class Passing:
    """Passes on what comes into a queue until ``stop``, or with ``until_empty`` until nothing is left.

    ``waiting`` is the queue in which messages wait that were put off.
    """

    address: Address
    vhost: str
    queue: str
    waiting: str
    decide: Decide
    aside: Callable[[Delivery, str], Sequence[Onward]]
    """Says where a message goes that cannot go on with its headers, and why."""
    prefetch: int
    told: Told = field(default_factory=Told)
    until_empty: bool = False
    offenders: Offenders = field(default_factory=Offenders)
    """Outlives this: where it has suspects, messages are sent one by one until they are through, and then it ends."""
    begun: bool = False
    """Whether the broker has let it consume."""
    done: bool = True
    """Whether it ended because there is no more to do, and not only for one by one."""
    _error: EdatoolError | None = None
    _asked_to_stop: bool = False
    _stopping: bool = False
    _end_by: float | None = None
    _heard: float = 0.0
    """When the broker last gave an answer, or nothing was asked."""
    _asking: bool = False
    _blocked: bool = False
    _given_in: bool = False
    _alone_until: float | None = None
    _connection: Any = None
    _channel: Any = None
    _sent: int = 0
    _in_hand: dict[int, _InHand | None] = field(default_factory=dict)
    """By delivery tag, in order: None for those that are done."""
    _on_their_way: dict[int, _OnItsWay] = field(default_factory=dict)
    """By numbers of publishes."""
    _held: dict[int, Onward] = field(default_factory=dict)
    """What waits in hand for a full destination, by delivery tag."""
    _full: Fullness = field(default_factory=Fullness)
    _known_as_full: set[str] = field(default_factory=set)
    _used: set[str] = field(default_factory=set)
    """The exchanges that messages went on to by which they may return."""
    _settling: bool = False
    _run: str = field(default_factory=lambda: secrets.token_hex(6))
    """Tells what was sent by this run from everything else."""

    def run(self) -> None:
        """Work until stopped; what is not confirmed by then stays in the queue. All is safe to interrupt.

        Raises:
            Stale: a message came back that this run has passed on.
            BrokerRefused: no such queue or exchange, or missing permissions.
            BrokerUnreachable: no connection, it was lost, or the broker does not answer.
            EdatoolError: what ``decide`` raised.
        """
        settings = parameters(self.address, self.vhost)
        # What was sent to a broker that is short of memory is confirmed once it is not any more.
        settings.blocked_connection_timeout = None
        self._heard = time.monotonic()
        self._connection = pika.SelectConnection(
            settings,
            on_open_callback=self._connected,
            on_open_error_callback=self._lost,
            on_close_callback=self._lost,
        )
        keep_raw(self._connection)
        self._connection.ioloop.call_later(_TICK, self._tick)
        try:
            with translated(self.address, self.vhost):
                self._connection.ioloop.start()
        except AssertionError:
            # pika (1.4) trips over itself where a connection is closed while it is being made; it is closed then.
            if not self._error:
                raise
        finally:
            self._connection.ioloop.close()
            self._connection = None
        if self._error:
            raise self._error

    def stop(self) -> None:
        """End ``run`` once what is on its way has been confirmed; may be called from any thread or signal handler."""
        # No more than this: a signal handler may have interrupted whoever holds a lock.
        self._asked_to_stop = True

    # Coming and going

    def _connected(self, connection: Any) -> None:
        self._heard = time.monotonic()
        connection.add_on_connection_blocked_callback(lambda *_: self._block(blocked=True))
        connection.add_on_connection_unblocked_callback(lambda *_: self._block(blocked=False))
        connection.channel(on_open_callback=self._opened)

    def _block(self, *, blocked: bool) -> None:
        self._blocked, self._heard = blocked, time.monotonic()
        for one in self._on_their_way.values():
            one.since = self._heard

    def _lost(self, connection: Any, error: BaseException) -> None:
        if not self._stopping and self._error is None:
            self._error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()

    def _opened(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._closed)
        channel.add_on_return_callback(self._returned)
        channel.add_on_cancel_callback(
            lambda frame: self._fail(BrokerRefused(f"queue {frame.method.consumer_tag} was deleted: run edatool apply"))
        )
        channel.confirm_delivery(self._confirmed)
        self._alone_until = time.monotonic() + PATIENCE if self.offenders.suspects > 0 else None
        channel.basic_qos(prefetch_count=1 if self._alone_until else self.prefetch, callback=self._ready)

    def _ready(self, _: Any) -> None:
        if self._asked_to_stop:
            return
        # Whether there is an intake at all is what people want to know first.
        self._channel.queue_declare(self.queue, passive=True, callback=self._there)

    def _there(self, _: Any) -> None:
        if self._alone_until:
            self._begin(None)
        elif not self._stopping:
            self._channel.basic_consume(self.waiting, self._delivered, consumer_tag=self.waiting, callback=self._begin)

    def _begin(self, _: Any) -> None:
        if not self._stopping:
            self._channel.basic_consume(self.queue, self._delivered, consumer_tag=self.queue, callback=self._has_begun)

    def _has_begun(self, _: Any) -> None:
        self._heard, self.begun = time.monotonic(), True
        if self.until_empty:
            self._ask(self.queue)

    def _ask(self, queue: str) -> None:
        if self._channel.is_open and not self._stopping:
            self._asking = True
            self._channel.queue_declare(queue, passive=True, callback=self._answered)

    def _answered(self, frame: Any) -> None:
        self._heard, self._asking = time.monotonic(), False
        if frame.method.message_count or self._in_hand:
            self._connection.ioloop.call_later(0.1, lambda: self._ask(self.queue))
        elif frame.method.queue == self.queue:
            self._ask(self.waiting)
        else:
            self._finish()

    def _tick(self) -> None:
        """Do what is due by now."""
        self._connection.ioloop.call_later(_TICK, self._tick)
        now = time.monotonic()
        if self._asked_to_stop and not self._stopping:
            self._end_by = self._end_by or now + STOP_PATIENCE
            self._finish()
        if self._alone_until and (self.offenders.suspects < 1 or now > self._alone_until):
            self.offenders.suspects, self.done = 0, False
            self._finish()
        if not self._owed():
            self._heard = now
        silent = now - self._heard > PATIENCE and not self._blocked
        if silent or (self._end_by and now > self._end_by):
            self._give_in()
        elif self._channel and self._channel.is_open:
            self._put_off_unconfirmed(now)
            self._try_again(now)
            self._settle_one_by_one()

    def _owed(self) -> bool:
        """Tell whether the broker is to answer anything."""
        return self._asking or self._stopping or not self.begun or bool(self._on_their_way)

    def _give_in(self) -> None:
        """End a connection whose other end does not answer."""
        self._error = self._error or BrokerUnreachable(f"the broker {self.address} does not answer")
        if self._given_in:
            self._connection.ioloop.stop()
        else:
            self._given_in = True
            self._connection._terminate_stream(exceptions.StreamLostError("the broker does not answer"))

    # Messages

    def _delivered(self, _: Any, method: Any, properties: Any, body: bytes) -> None:
        if self._stopping:
            return  # it goes back to its place in the queue
        now = self._heard = time.monotonic()
        tag, waited = method.delivery_tag, method.consumer_tag == self.waiting
        delivery = _delivery(method, properties, body, waited=waited)
        if properties.unreadable:
            self._give_up(tag, delivery, properties, "its headers cannot be read")
        elif not (isinstance(method.exchange, str) and isinstance(method.routing_key, str)):
            self._give_up(tag, delivery, properties, "its exchange or key is not UTF-8")
        elif self.offenders.has() and self.offenders.on(_digest(properties, body)):
            self._give_up(tag, delivery, properties, "the broker closes the channel when it is sent on")
        elif not waited and method.exchange in self._used and self._own_number(properties.headers or {}):
            # The copies are safe where they are: what they are copies of is acknowledged before this ends.
            self._error = Stale(f"messages that were passed on come back by exchange {method.exchange!r}")
            self._finish()
        else:
            self._take(tag, delivery, properties, now)

    def _take(self, tag: int, delivery: Delivery, properties: Any, now: float) -> None:
        try:
            ways = self.decide(delivery)
        except EdatoolError as error:
            self._fail(error)
            return
        if not ways:
            self._in_hand[tag] = None
            self._settle_soon()
            return
        self._in_hand[tag] = _InHand(delivery, properties, now, len(ways))
        for onward in ways:
            if tag not in self._in_hand:
                break  # it was given up
            if onward.destination and not self._full.may_try(onward.destination, now):
                self._put_off(tag, onward)
            else:
                self._send(tag, onward)

    def _put_off(self, tag: int, onward: Onward) -> None:
        """Have a message wait for a destination: in hand where it waited already, until its turn is over."""
        one = self._in_hand[tag]
        assert one
        assert onward.put_off
        if one.delivery.waited and time.monotonic() < one.since + TURN:
            self._held[tag] = onward
        else:
            self._send(tag, onward.put_off, waits_for=onward.destination)

    def _try_again(self, now: float) -> None:
        for tag, onward in list(self._held.items()):
            if self._full.may_try(onward.destination, now):
                del self._held[tag]
                self._send(tag, onward)
            elif not self._stopping:
                del self._held[tag]
                self._put_off(tag, onward)

    def _send(self, tag: int, onward: Onward, pause: float = FIRST_PAUSE, waits_for: str = "") -> None:
        one = self._in_hand.get(tag)
        if one is None or not self._channel.is_open:
            return
        number = self._sent + 1
        # A user-id may be sent by that user only.
        headers = {**onward.headers, PASSED_BY: f"{self._run}.{number}"}
        kept = raw(one.properties, without=(*OF_QUEUES, *onward.without), headers=headers, drop=("user_id",))
        if not self._fits(kept):
            self._give_up(tag, one.delivery, one.properties, "there is no room in it for the headers of the router")
            return
        self._sent = number
        self._on_their_way[number] = _OnItsWay(tag, onward, time.monotonic(), pause, waits_for)
        if onward.may_return and onward.exchange:  # by the default exchange comes what is put back by hand
            self._used.add(onward.exchange)
        self._channel.basic_publish(onward.exchange, onward.key, one.delivery.body, kept, mandatory=True)

    def _fits(self, kept: Raw) -> bool:
        most: int = self._connection.params.frame_max
        return not most or len(kept.content) + _HEADER_FRAME <= most

    def _give_up(self, tag: int, delivery: Delivery, properties: Any, why: str) -> None:
        """Have the broker put a message aside that cannot be sent, or do so without its headers."""
        self.offenders.suspects -= 1
        self._held.pop(tag, None)
        for number in [number for number, one in self._on_their_way.items() if one.tag == tag]:
            del self._on_their_way[number]
        if may_die(properties):
            self._in_hand.pop(tag, None)
            self._channel.basic_reject(tag, requeue=False)
            self.told.given_up(delivery.message_id, why)
        else:
            (onward,) = self.aside(delivery, f"{why}; without its headers, by which RabbitMQ would fail")
            self._in_hand[tag] = _InHand(delivery, bare(properties), time.monotonic(), 1)
            self._send(tag, onward)

    def _returned(self, _: Any, method: Any, properties: Any, __: bytes) -> None:
        # It comes before the confirm of its message.
        one = self._on_their_way.get(self._own_number(properties.headers or {}))
        if one:
            one.returned = True
            self.told.failed(one.onward, f"exchange {method.exchange} leads it to no queue")

    def _confirmed(self, frame: Any) -> None:
        method = frame.method
        now = self._heard = time.monotonic()
        numbers = [method.delivery_tag]
        if method.multiple:
            numbers = [number for number in self._on_their_way if number <= method.delivery_tag]
        for number in numbers:
            one = self._on_their_way.pop(number, None)
            if one is None:
                continue  # it was put off, as nobody confirmed it in time
            if isinstance(method, pika.spec.Basic.Nack):
                self.told.failed(one.onward, "a queue is full, or the broker has an error: it nacked")
                self._not_taken(one, now)
            elif one.returned:
                self._not_taken(one, now)
            else:
                self._taken(one)
        self._settle_soon()

    def _taken(self, sent: _OnItsWay) -> None:
        destination = sent.onward.destination
        if destination and self._full.taken(destination) and destination in self._known_as_full:
            self._known_as_full.remove(destination)
            self.told.taken_again(destination)
        if sent.waits_for and sent.waits_for not in self._known_as_full:
            self._known_as_full.add(sent.waits_for)
            self.told.full(sent.waits_for)
        one = self._in_hand[sent.tag]
        assert one
        one.gone.append(sent.onward)
        one.open -= 1
        if not one.open:
            self.told.passed(one.delivery, one.gone)
            self.offenders.suspects -= 1
            self._in_hand[sent.tag] = None

    def _not_taken(self, sent: _OnItsWay, now: float) -> None:
        onward = sent.onward
        if onward.put_off:
            self._full.refused(onward.destination, now)
            self._put_off(sent.tag, onward)
        elif sent.returned and sent.waits_for:
            # It was not sent anywhere, so it stays in the queue.
            self._error = Stale(f"exchange {onward.exchange!r} leads no message of this run anywhere")
            self._finish()
        else:
            pause = min(2 * sent.pause, LONGEST_PAUSE)
            again = partial(self._send, sent.tag, onward, pause, sent.waits_for)
            self._connection.ioloop.call_later(sent.pause, lambda: self._stopping or again())

    def _put_off_unconfirmed(self, now: float) -> None:
        """Put off what a destination neither takes nor refuses, such as a quorum queue without its majority."""
        if self._blocked:
            return
        old = takewhile(lambda item: now - item[1].since > CONFIRM_PATIENCE, list(self._on_their_way.items()))
        for number, one in old:
            if one.onward.put_off:
                del self._on_their_way[number]
                self.told.failed(one.onward, "it was not confirmed in time, and may come twice")
                self._not_taken(one, now)

    def _settle_soon(self) -> None:
        """Acknowledge what is done, all that came in one go with one frame."""
        if not self._settling:
            self._settling = True
            self._connection.ioloop.add_callback_threadsafe(self._settle)

    def _settle(self) -> None:
        self._settling = False
        done = list(takewhile(lambda tag: self._in_hand[tag] is None, self._in_hand))
        if done and self._channel.is_open:
            self._channel.basic_ack(done[-1], multiple=True)
        for tag in done:
            del self._in_hand[tag]
        if self._stopping:
            self._end_when_done()

    def _settle_one_by_one(self) -> None:
        """Acknowledge what is done behind a message that takes its time."""
        for tag in [tag for tag, one in self._in_hand.items() if one is None]:
            self._channel.basic_ack(tag)
            del self._in_hand[tag]

    # The end

    def _finish(self) -> None:
        # pika cannot be told to close while it is opening: then it is closed once it is ready.
        if self._stopping or not (self._channel and self._channel.is_open):
            return
        self._stopping = True
        self._end_by = self._end_by or time.monotonic() + STOP_PATIENCE
        for tag in self._channel.consumer_tags:
            self._channel.basic_cancel(tag, callback=lambda _: self._end_when_done())
        if not self._channel.consumer_tags:
            self._end_when_done()

    def _end_when_done(self) -> None:
        # What the broker does not take stays in the queue.
        if not self._on_their_way and not self._settling and self._connection.is_open:
            if self._channel.is_open:
                self._settle_one_by_one()
                # Given back by a nack, it does not count as failed (RabbitMQ 4.3).
                self._channel.basic_nack(0, multiple=True)
            self._connection.close()

    def _own_number(self, headers: Mapping[str, object]) -> int:
        """Return the number of the publish that a message is of, 0 where it is not one of this run."""
        found = headers.get(PASSED_BY)
        run, _, number = found.partition(".") if isinstance(found, str) else ("", "", "")
        return int(number) if run == self._run and len(number) < _LONGEST_NUMBER and number.isdecimal() else 0

    def _closed(self, _: Any, error: Any) -> None:
        if self._connection.is_open and not self._stopping and not self._error:
            text = str(getattr(error, "reply_text", error))
            if getattr(error, "reply_code", 0) == PRECONDITION_FAILED and "delivery" not in text:
                self._blame_what_was_sent()
            way_out = ": run edatool apply" if "NOT_FOUND" in text else ""
            self._fail(BrokerRefused(f"messages of {self.queue} cannot be passed on: {text}{way_out}"))

    def _blame_what_was_sent(self) -> None:
        sent = {one.tag for one in self._on_their_way.values()}
        found = [one for tag, one in self._in_hand.items() if one and tag in sent]
        self.offenders.closed([_digest(one.properties, one.delivery.body) for one in found])

    def _fail(self, error: EdatoolError) -> None:
        self._error = self._error or error
        if self._connection.is_open:
            self._end_by = time.monotonic() + STOP_PATIENCE
            self._connection.close()


def _delivery(method: Any, properties: Any, body: bytes, *, waited: bool) -> Delivery:
    return Delivery(
        _text(method.exchange) or "",
        _text(method.routing_key) or "",
        properties.headers or {},
        body,
        _text(properties.content_type),
        _text(properties.type),
        _text(properties.message_id),
        waited,
    )


def _digest(properties: Any, body: bytes) -> bytes:
    return digest_of(raw(properties, without=OF_QUEUES).content, body)


def _text(value: str | bytes | None) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
