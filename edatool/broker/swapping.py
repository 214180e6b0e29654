"""An object deleted and declared anew, without waiting in between: nothing is shorter over AMQP.

Also when this program is killed, or the connection is lost, right after it has sent this, the broker does all of it
(but after a pause, where one was asked for).
"""

from collections.abc import Callable, Iterable
from typing import Any

import pika
from pika import spec

from edatool.broker.address import Address
from edatool.broker.amqp import connection_error, parameters
from edatool.errors import BrokerError, BrokerRefused
from edatool.routing.topology import Binding, Exchange, Queue

NOT_EMPTY = 406


def swap_queue(address: Address, vhost: str, queue: Queue, *, careful: bool, pause: float = 0.0) -> int | None:
    """Delete a queue and declare it anew; return how many messages went with the deleted one.

    ``careful``, for classic queues only, leaves a queue that is not empty as it is, and returns None. For ``pause``
    seconds there is no queue.

    Raises:
        BrokerRefused: the new queue was refused.
        BrokerUnreachable: no connection, or it was lost: look at what is there.
    """
    lost: list[int] = []

    def send(channel: Any, answered: Callable[[Any], None]) -> None:
        def declare() -> None:
            channel.queue_declare(
                queue.name,
                durable=queue.durable,
                auto_delete=queue.auto_delete,
                arguments=dict(queue.arguments),
                callback=answered,
            )

        def deleted(frame: Any) -> None:
            lost.append(frame.method.message_count)
            if pause:
                channel.connection.ioloop.call_later(pause, declare)

        channel.add_callback(deleted, [spec.Queue.DeleteOk])
        # pika's queue_delete would hold back what follows until the answer is there, or ask for none.
        channel._send_method(spec.Queue.Delete(queue=queue.name, if_empty=careful))
        if not pause:
            declare()

    refusal = _Swap(address, vhost, send).refusal()
    if refusal is None:
        return lost[0] if lost else 0
    if careful and refusal[0] == NOT_EMPTY and "not empty" in refusal[1]:
        return None
    raise BrokerRefused(f"the broker refuses the new queue {queue.name}: {refusal[1]}")


def swap_exchange(address: Address, vhost: str, exchange: Exchange, bindings: Iterable[Binding]) -> None:
    """Delete an exchange, declare it anew, and bind it to other exchanges.

    Raises:
        BrokerRefused: the new exchange or a binding was refused.
        BrokerUnreachable: no connection, or it was lost: look at what is there.
    """

    def send(channel: Any, answered: Callable[[Any], None]) -> None:
        channel.exchange_delete(exchange.name)
        channel.exchange_declare(
            exchange.name,
            exchange.type,
            durable=exchange.durable,
            auto_delete=exchange.auto_delete,
            internal=exchange.internal,
            arguments=dict(exchange.arguments),
        )
        for one in bindings:
            channel.exchange_bind(one.destination, one.source, one.key, arguments=dict(one.arguments))
        channel.exchange_declare(exchange.name, passive=True, callback=answered)

    refusal = _Swap(address, vhost, send).refusal()
    if refusal is not None:
        raise BrokerRefused(f"the broker refuses the new exchange {exchange.name}: {refusal[1]}")


class _Swap:
    """One channel, on which ``send`` sends all at once, and is answered once at the end."""

    def __init__(self, address: Address, vhost: str, send: Callable[[Any, Callable[[Any], None]], None]) -> None:
        self.address, self.vhost, self.send = address, vhost, send
        self.done = False
        self.refused: tuple[int, str] | None = None
        self.error: BrokerError | None = None

    def refusal(self) -> tuple[int, str] | None:
        """Do it; return None, or the code and the words with which the broker refused."""
        connection = pika.SelectConnection(
            parameters(self.address, self.vhost),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self.opened),
            on_open_error_callback=self.lost,
            on_close_callback=self.lost,
        )
        try:
            connection.ioloop.start()
        finally:
            connection.ioloop.close()
        if self.error:
            raise self.error
        return self.refused

    def opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self.closed)
        self.send(channel, lambda _: self.end(channel))

    def end(self, channel: Any) -> None:
        self.done = True
        channel.connection.close()

    def closed(self, channel: Any, error: Any) -> None:
        if channel.connection.is_open and not self.done:
            self.refused = (error.reply_code, error.reply_text)
            channel.connection.close()

    def lost(self, connection: Any, error: BaseException) -> None:
        if not self.done and self.refused is None:
            self.error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()
