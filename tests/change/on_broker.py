"""What tests of changes ask a broker, and how they publish to it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pika
from pika.adapters.blocking_connection import BlockingChannel

from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.live import read
from edatool.routing.topology import Topology
from tests.broker_fixtures import Vhost
from tests.sessions import session_of


def address(vhost: Vhost) -> Address:
    return parse(vhost.url, vhost.management)


def there(vhost: Vhost) -> Topology:
    """Return the topology of a vhost."""
    found = read(session_of(vhost)).topology
    assert found is not None
    return found


@contextmanager
def channel(vhost: Vhost) -> Iterator[BlockingChannel]:
    """Open a channel on which every message is confirmed."""
    with pika.BlockingConnection(parameters(address(vhost), vhost.name)) as connection:
        found = connection.channel()
        found.confirm_delivery()
        yield found
