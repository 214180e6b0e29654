"""The pump by which messages are taken out of queues: one channel, and the loop in which all of it happens."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pika import exceptions, spec

from edatool.broker import pika_private
from edatool.broker.address import Address
from edatool.broker.amqp import Lost, Opened, connect, serve, translated
from edatool.broker.consume.patience import Patience
from edatool.broker.diagnosis import connection_error
from edatool.broker.properties import Raw, keep_raw
from edatool.broker.publish import frames
from edatool.errors import BrokerUnreachable, EdatoolError

_TICK = 0.1
"""Seconds between looks at what is due."""
_AROUND_PROPERTIES = 20
"""Bytes of a content header's frame beside the properties."""

Delivered = Callable[[Any, Any, Any, bytes], None]
"""Is called with pika's channel, method, properties and the body of a message."""


@dataclass(slots=True)
class Pump:
    """Works on a connection of its own, or on the one that ``lend`` lends, such as that of a session.

    What is in hand is acknowledged by ``InHand``, and the end in peace is ``Ending``'s. All is called in the loop's
    thread, but for ``call_next``, by which other threads have something called there.
    """

    address: Address
    vhost: str
    lend: Callable[[Opened, Lost], AbstractContextManager[Any]] | None = None
    patience: Patience = field(default_factory=Patience)
    channel: Any = None
    """pika's; None until it is open."""
    ending: bool = False
    """Whether nothing new is begun, as all is closed once the broker has confirmed what it was sent."""
    error: EdatoolError | None = None
    """What ``run`` raises at its end."""
    _connection: Any = None
    _ticking: Any = None
    _given_in: bool = False

    def run(self, opened: Callable[[Any], None], due: Callable[[], None]) -> None:
        """Work until the connection is closed: ``opened`` gets the channel, ``due`` is called from time to time.

        Raises:
            BrokerRefused: no such vhost, or wrong credentials.
            BrokerUnreachable: no connection, or it was lost.
            EdatoolError: any other ``error``.
        """
        self.patience.hear()
        with (self.lend or self._own)(partial(self._connected, opened), self._lost) as connection:
            self._connection = connection
            self._tick(due)
            try:
                with translated(self.address, self.vhost):
                    serve(connection.ioloop, is_ending=lambda: self.error is not None)
            finally:
                connection.ioloop.remove_timeout(self._ticking)
                self._connection = None
        if self.error:
            raise self.error

    @property
    def is_open(self) -> bool:
        """Whether it is neither being made, nor being closed."""
        return bool(self._connection.is_open)

    @property
    def has_channel(self) -> bool:
        """Whether anything may be sent."""
        return bool(self.channel and self.channel.is_open)

    def has_room(self, properties: Raw) -> bool:
        """Tell whether properties fit into one frame, as they have to."""
        most: int = self._connection.params.frame_max
        return not most or len(properties.content) + _AROUND_PROPERTIES <= most

    def open_channel(self, opened: Callable[[Any], None]) -> None:
        """Have one more channel, for a question that may close it."""
        self._connection.channel(on_open_callback=opened)

    def consume(
        self,
        queue: str,
        delivered: Delivered,
        then: Callable[[], None] = lambda: None,
        *,
        tag: str | None = None,
        offset: int | str | None = None,
    ) -> None:
        """Have what is in a queue delivered, and what comes there, up to the prefetch count.

        The consumer is called ``tag``, or as the queue. A stream is read from ``offset`` on: a number, or ``first``,
        ``last``, ``next``.
        """
        arguments = {} if offset is None else {"x-stream-offset": offset}
        self.channel.basic_consume(
            queue, delivered, consumer_tag=tag or queue, arguments=arguments, callback=lambda _: then()
        )

    def publish(self, exchange: str, key: str, body: bytes, properties: Raw) -> None:
        """Publish a message, mandatory, in one piece: pika hands each frame to the system by itself.

        It takes a connection of its own, on which the channel is the first one.
        """
        assert self.channel.channel_number == frames.CHANNEL
        head = frames.head_of(exchange, key, properties.content, len(body))
        most = self._connection.params.frame_max or frames.FRAME_MAX
        pika_private.write(self._connection, b"".join((head, *frames.body(body, most))))

    def cancel_one(self, tag: str) -> None:
        """Have one consumer get no more; what is delivered until the broker has heard of it still comes."""
        pika_private.send(self.channel, spec.Basic.Cancel(consumer_tag=tag))

    def cancel(self, then: Callable[[], None]) -> None:
        """Consume no more; what is delivered until the broker has heard of it still comes, and ``then`` is called."""
        waiting = set(self.channel.consumer_tags)

        def cancelled(frame: Any) -> None:
            waiting.discard(frame.method.consumer_tag)
            if not waiting:
                then()

        self.channel.add_callback(cancelled, [spec.Basic.CancelOk], one_shot=False)
        for tag in list(waiting):
            # pika's own basic_cancel would reject what is delivered before the broker has heard of it, which counts
            # as a delivery that failed, and may be one too many for the queue.
            self.cancel_one(tag)
        if not waiting:
            then()

    def call_later(self, seconds: float, what: Callable[[], object]) -> None:
        """Have something called in the loop."""
        self._connection.ioloop.call_later(seconds, what)

    def call_next(self, what: Callable[[], None]) -> None:
        """Have something called in the loop once what has arrived by now was looked at; by any thread.

        It is not called any more where the pump has ended meanwhile: what it was about is in the queue again.
        """
        connection = self._connection
        if connection is not None:
            connection.ioloop.add_callback_threadsafe(lambda: None if self._connection is None else what())

    def close(self) -> None:
        """End it."""
        self._connection.close()

    def fail(self, error: EdatoolError) -> None:
        """End it for an error."""
        self.error = self.error or error
        if self.is_open:
            self.patience.end_soon(anew=True)
            self.close()

    def give_in(self) -> None:
        """End it where its other end does not answer."""
        self.error = self.error or BrokerUnreachable(f"the broker {self.address} does not answer")
        if self._given_in:
            self._connection.ioloop.stop()
        else:
            self._given_in = True
            pika_private.terminate(self._connection, exceptions.StreamLostError("the broker does not answer"))

    @contextmanager
    def _own(self, opened: Opened, lost: Lost) -> Iterator[Any]:
        def connected(connection: Any) -> None:
            connection.add_on_connection_blocked_callback(lambda *_: self.patience.block(blocked=True))
            connection.add_on_connection_unblocked_callback(lambda *_: self.patience.block(blocked=False))
            opened(connection)

        # What was sent to a broker that is short of memory is confirmed once it is not any more.
        connection = connect(self.address, self.vhost, connected, lost, blocked=None)
        keep_raw(connection)
        try:
            yield connection
        finally:
            connection.ioloop.close()

    def _tick(self, due: Callable[[], None]) -> None:
        self._ticking = self._connection.ioloop.call_later(_TICK, partial(self._due, due))

    def _due(self, due: Callable[[], None]) -> None:
        self._tick(due)
        due()

    def _connected(self, opened: Callable[[Any], None], connection: Any) -> None:
        self.patience.hear()
        connection.channel(on_open_callback=partial(self._channel_opened, opened))

    def _channel_opened(self, opened: Callable[[Any], None], channel: Any) -> None:
        self.channel = channel
        opened(channel)

    def _lost(self, connection: Any, error: BaseException) -> None:
        if not self.ending and self.error is None:
            self.error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()
