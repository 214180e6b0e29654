"""What is in queues, read without taking it out."""

from dataclasses import dataclass

from edatool.broker.address import Address
from edatool.broker.amqp import connected
from edatool.routing.topology import Queue

SILENCE = 1.0
"""Seconds without a delivery after which a queue counts as read to its end."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a message in a queue says of itself."""

    type: str
    message_id: str


def peek(address: Address, vhost: str, queue: Queue, most: int) -> list[Held]:
    """Return the first messages of a queue, at most ``most``; they stay in the queue.

    The messages are delivered and given back, so a quorum queue counts a delivery. This is also the only way to
    learn at once whether a stream holds anything: its message count lags by seconds (measured on 3.10, 4.0, 4.3).

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection.
    """
    stream = queue.type == "stream"
    found: list[Held] = []
    arguments = {"x-stream-offset": "first"} if stream else {}
    with connected(address, vhost) as connection:
        channel = connection.channel()
        if not stream:
            most = min(most, channel.queue_declare(queue.name, passive=True).method.message_count)
        channel.basic_qos(prefetch_count=most)
        deliveries = channel.consume(queue.name, arguments=arguments, inactivity_timeout=SILENCE) if most else ()
        for method, properties, _ in deliveries:
            if method is None:
                break
            found.append(Held(properties.type or "", properties.message_id or ""))
            if len(found) == most:
                break
    return found


def reject(address: Address, vhost: str, queue: Queue, message_ids: set[str]) -> None:
    """Reject the messages with these ids in a classic or quorum queue, so that they are dead-lettered.

    The others are given back, so a quorum queue counts a delivery.

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection.
    """
    with connected(address, vhost) as connection:
        channel = connection.channel()
        for _ in range(channel.queue_declare(queue.name, passive=True).method.message_count):
            method, properties, _body = channel.basic_get(queue.name)
            if method and properties.message_id in message_ids:
                channel.basic_reject(method.delivery_tag, requeue=False)
