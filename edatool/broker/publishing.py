"""Messages sent to a broker, one at a time, each until its outcome is known."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import pika
from pika import exceptions

from edatool.broker.address import Address
from edatool.broker.amqp import parameters, translated

PERSISTENT = 2  # AMQP 0-9-1: delivery-mode

Sent = Literal["confirmed", "unroutable", "nacked", "unknown"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent."""

    exchange: str
    key: str
    headers: Mapping[str, object]
    body: bytes
    type: str
    message_id: str
    app_id: str
    timestamp: int
    """Seconds since the epoch."""
    content_type: str = "application/json"


class Publishing:
    """A connection with publisher confirms; opened when the first message is sent, and again after it was lost."""

    def __init__(self, address: Address, vhost: str) -> None:
        self._address, self._vhost = address, vhost
        self._connection: Any = None
        self._channel: Any = None

    def send(self, message: Message) -> tuple[Sent, str]:
        """Send one message, persistent and mandatory, wait for its outcome and return it with the broker's words.

        ``unknown`` means that the connection was lost before the broker confirmed: the message may have arrived.

        Raises:
            BrokerUnreachable, BrokerRefused: there is no connection, and nothing was sent.
        """
        if self._channel is None or not self._channel.is_open:
            self.close()
            self._open()
        try:
            self._channel.basic_publish(
                message.exchange, message.key, message.body, _properties(message), mandatory=True
            )
        except exceptions.UnroutableError as error:
            return "unroutable", error.messages[0].method.reply_text
        except exceptions.NackError:
            return "nacked", "the broker did not take it: a queue is full, or cannot store it"
        except exceptions.ChannelClosedByBroker as error:
            return "nacked", error.reply_text
        except (exceptions.AMQPError, OSError) as error:
            return "unknown", f"the connection was lost before the confirm: {error or type(error).__name__}"
        return "confirmed", ""

    def _open(self) -> None:
        with translated(self._address, self._vhost):
            self._connection = pika.BlockingConnection(parameters(self._address, self._vhost))
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()

    def close(self) -> None:
        """Close the connection; every message sent has its outcome already."""
        if self._connection is not None and self._connection.is_open:
            # A connection found broken only now has nothing left to lose.
            with suppress(exceptions.AMQPError, OSError):
                self._connection.close()


def _properties(message: Message) -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type=message.content_type,
        delivery_mode=PERSISTENT,
        headers=dict(message.headers),
        type=message.type,
        message_id=message.message_id,
        app_id=message.app_id,
        timestamp=message.timestamp,
    )
