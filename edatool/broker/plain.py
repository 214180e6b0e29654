"""A publish as any client makes it that knows nothing of edatool."""

import pika

from edatool.broker.address import Address
from edatool.broker.amqp import parameters, translated


def publish(address: Address, vhost: str, exchange: str, key: str, body: bytes) -> None:
    """Publish a body with a routing key and nothing else, and wait for the confirm.

    Raises:
        BrokerUnreachable, BrokerRefused: it was not published.
    """
    with translated(address, vhost):
        connection = pika.BlockingConnection(parameters(address, vhost))
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(exchange, key, body)
        connection.close()
