"""The connection by which messages are passed on, and its channel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pika import exceptions

from edatool.broker import pika_private
from edatool.broker.address import Address
from edatool.broker.amqp import connect, serve, translated
from edatool.broker.consume.patience import Patience
from edatool.broker.diagnosis import connection_error
from edatool.broker.properties import Raw, keep_raw
from edatool.errors import BrokerUnreachable, EdatoolError

_TICK = 0.1
"""Seconds between looks at what is due."""
_AROUND_PROPERTIES = 20
"""Bytes of a content header's frame beside the properties."""


@dataclass(slots=True)
class PassingConnection:
    """One connection with one channel: everything happens in its loop, until it is closed or lost."""

    address: Address
    vhost: str
    patience: Patience = field(default_factory=Patience)
    channel: Any = None
    """pika's; None until it is open."""
    ending: bool = False
    """Whether nothing new is begun, as the connection is closed once the broker has confirmed what it was sent."""
    error: EdatoolError | None = None
    """What ``run`` raises at its end."""
    _connection: Any = None
    _given_in: bool = False

    def run(self, opened: Callable[[Any], None], due: Callable[[], None]) -> None:
        """Work until the connection is closed: ``opened`` gets the channel, ``due`` is called from time to time.

        Raises:
            BrokerRefused: no such vhost, or wrong credentials.
            BrokerUnreachable: no connection, or it was lost.
            EdatoolError: any other ``error``.
        """
        self.patience.hear()
        # What was sent to a broker that is short of memory is confirmed once it is not any more.
        self._connection = connect(self.address, self.vhost, partial(self._connected, opened), self._lost, blocked=None)
        keep_raw(self._connection)
        self.call_later(_TICK, partial(self._tick, due))
        try:
            with translated(self.address, self.vhost):
                serve(self._connection.ioloop, is_ending=lambda: self.error is not None)
        finally:
            self._connection.ioloop.close()
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

    def call_later(self, seconds: float, what: Callable[[], object]) -> None:
        """Have something called in the loop."""
        self._connection.ioloop.call_later(seconds, what)

    def call_next(self, what: Callable[[], None]) -> None:
        """Have something called in the loop once what has arrived by now was looked at."""
        self._connection.ioloop.add_callback_threadsafe(what)

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

    def _tick(self, due: Callable[[], None]) -> None:
        self.call_later(_TICK, partial(self._tick, due))
        due()

    def _connected(self, opened: Callable[[Any], None], connection: Any) -> None:
        self.patience.hear()
        connection.add_on_connection_blocked_callback(lambda *_: self.patience.block(blocked=True))
        connection.add_on_connection_unblocked_callback(lambda *_: self.patience.block(blocked=False))
        connection.channel(on_open_callback=partial(self._channel_opened, opened))

    def _channel_opened(self, opened: Callable[[Any], None], channel: Any) -> None:
        self.channel = channel
        opened(channel)

    def _lost(self, connection: Any, error: BaseException) -> None:
        if not self.ending and self.error is None:
            self.error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()
