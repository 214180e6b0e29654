"""A publish as any client makes it that knows nothing of edatool."""

from edatool.broker.address import Address
from edatool.broker.amqp import connected


def publish(address: Address, vhost: str, exchange: str, key: str, body: bytes) -> None:
    """Publish a body with a routing key and nothing else, and wait for the confirm.

    Raises:
        BrokerUnreachable, BrokerRefused: it was not published.
    """
    with connected(address, vhost) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(exchange, key, body)
