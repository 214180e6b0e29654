"""A connection for publishing that is made again whenever it is lost; all of it runs in the thread of its loop."""

import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from pika import exceptions, spec
from pika.adapters.select_connection import IOLoop

from edatool.broker import amqp, pika_private
from edatool.broker.address import Address
from edatool.broker.diagnosis import connection_error
from edatool.broker.publish.frames import CHANNEL
from edatool.errors import BrokerBlocked, BrokerError, BrokerUnreachable
from edatool.frozen import frozen

PATIENCE = 2.0
"""Seconds in which a broker has to answer that a connection may end."""
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Seconds between attempts to connect: doubled each time, and up to a half more or less, so that clients spread.

An attempt has succeeded when a message was confirmed: a broker may close again what it let open.
"""


@frozen
class Listener:
    """Who is told what: all are called in the thread of the loop.

    ``ready``: messages may be written; a new channel counts its delivery tags from 1. ``confirmed`` gets the delivery
    tag, whether it stands for all up to it, and whether the broker took the message. ``returned`` gets a message id
    and the broker's words. ``passed``: the broker has looked at all up to a barrier. ``refused``: the broker closed the
    channel, with these words, and a new one is being opened: at once, where it returns that the reason is out of the
    way. ``failed``: there is no connection, or none anymore; with the code for which the broker closed it, or 0.
    """

    ready: Callable[[], None]
    confirmed: Callable[[int, bool, bool], None]
    returned: Callable[[str | None, str], None]
    passed: Callable[[], None]
    refused: Callable[[str], bool]
    failed: Callable[[BrokerError, int], None]


class PublishingLink:
    """One connection with one channel in confirm mode.

    ``is_open`` tells whether messages may be written, ``was_open`` whether they ever could; ``blocked`` has the reason
    for which the broker reads nothing for now; ``frame_max`` is the largest frame it takes; ``error`` is what the last
    connection failed with.
    """

    def __init__(self, address: Address, vhost: str, loop: IOLoop, listener: Listener) -> None:
        self._address, self._vhost, self._loop, self._listener = address, vhost, loop, listener
        self._connection: Any = None
        self._channel: Any = None
        self._opening: object = None
        self._attempts = 0
        self._connecting = self._closing = False
        self.is_open = self.was_open = False
        self.blocked: str | None = None
        self.error: BrokerError | None = None
        self.frame_max = 4096

    def connect(self) -> None:
        """Have a connection made where there is none: at once, or after a wait where the last attempt failed."""
        if not (self._connection or self._connecting or self._closing):
            self._connecting = True
            self._loop.call_later(self._wait(), self._connect)

    def write(self, pieces: list[bytes]) -> None:
        """Send frames; only while ``is_open``."""
        pika_private.write(self._connection, b"".join(pieces))

    def renew(self) -> None:
        """Give the channel up, and open another; only while ``is_open``."""
        self.is_open = False
        self._limit_time()
        self._channel.close()

    def close(self, then: Callable[[], None]) -> None:
        """End the connection politely, and call ``then``."""
        self._closing, self._closed = True, then
        connection = self._connection
        if connection is None or connection.is_closed:
            then()
        elif not connection.is_closing:
            with suppress(exceptions.AMQPError):
                connection.close()
            self._loop.call_later(PATIENCE, self._abort)

    def why_unsent(self) -> BrokerError:
        """Return why a message was not written in time; any thread may ask."""
        if self.blocked:
            return BrokerBlocked(f"the broker {self._address} takes no messages for now: {self.blocked}")
        if self.is_open:
            return BrokerUnreachable(f"the broker {self._address} confirms too slowly: messages wait to be sent")
        return self.error or BrokerUnreachable(f"the broker {self._address} did not answer in time")

    def _abort(self) -> None:
        """End a connection whose other end does not answer."""
        if self._connection is not None:
            pika_private.terminate(self._connection, exceptions.StreamLostError("the broker did not answer"))

    def _wait(self) -> float:
        if self._attempts == 0:
            return 0.0
        wait: float = min(FIRST_WAIT * 2.0 ** (self._attempts - 1), LONGEST_WAIT)
        return wait * random.uniform(0.5, 1.5)  # noqa: S311 - spreads clients, hides nothing

    def _connect(self) -> None:
        self._connecting = False
        if self._closing:
            return
        self._attempts = min(self._attempts + 1, 30)
        try:
            # Each message has a time limit of its own, also while the broker is blocked.
            self._connection = amqp.connect(
                self._address, self._vhost, self._on_open, self._on_lost, loop=self._loop, blocked=None
            )
        except BrokerError as error:
            self._failed(error)

    def _on_open(self, connection: Any) -> None:
        connection.add_on_connection_blocked_callback(self._on_blocked)
        connection.add_on_connection_unblocked_callback(self._on_unblocked)
        self.frame_max = connection.params.frame_max
        self._open_channel(connection)

    def _open_channel(self, connection: Any) -> None:
        if connection is self._connection and connection.is_open:
            self._limit_time()
            connection.channel(CHANNEL, on_open_callback=self._on_channel_open)

    def _limit_time(self) -> None:
        """End the connection where there is no channel in time: heartbeats alone are no answer."""
        self._be_on_time()
        self._opening = self._loop.call_later(amqp.TIMEOUT, self._abort)

    def _be_on_time(self) -> None:
        if self._opening:
            self._loop.remove_timeout(self._opening)
            self._opening = None

    def _on_channel_open(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=self._on_ready)

    def _on_ready(self, _: Any) -> None:
        self._be_on_time()
        self._channel.add_callback(lambda _: self._listener.passed(), [spec.Confirm.SelectOk], one_shot=False)
        self.is_open = self.was_open = True
        self._listener.ready()

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        self._attempts = 0
        self._listener.confirmed(method.delivery_tag, method.multiple, type(method) is spec.Basic.Ack)

    def _on_return(self, _: Any, method: Any, properties: Any, __: bytes) -> None:
        self._listener.returned(properties.message_id, method.reply_text)

    def _on_channel_closed(self, _: Any, reason: Exception) -> None:
        self.is_open = False
        if isinstance(reason, exceptions.ChannelClosedByBroker):
            self._attempts = 0 if self._listener.refused(reason.reply_text) else self._attempts + 1
        if isinstance(reason, exceptions.ChannelClosed):
            # Later: pika forgets the closed channel, whose number is to be used again, after this call.
            self._loop.call_later(self._wait(), partial(self._open_channel, self._connection))

    def _on_blocked(self, _: Any, frame: Any) -> None:
        self.blocked = frame.method.reason or "no reason given"

    def _on_unblocked(self, *_: Any) -> None:
        self.blocked = None
        if self.is_open:
            self._listener.ready()

    def _on_lost(self, _: Any, error: BaseException) -> None:
        if self.was_open and isinstance(error, exceptions.ConnectionClosedByBroker):
            words = f"the broker {self._address} closed the connection: {error.reply_text}"
            self._failed(BrokerUnreachable(words), error.reply_code)
        else:
            self._failed(connection_error(error, self._address, self._vhost))

    def _failed(self, error: BrokerError, code: int = 0) -> None:
        self._be_on_time()
        self._connection, self.is_open, self.blocked, self.error = None, False, None, error
        self._listener.failed(error, code)
        if self._closing:
            self._closed()
