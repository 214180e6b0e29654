"""Whether AMQP and the management API, which are two addresses, are of one broker."""

from contextlib import suppress
from typing import Any

import pika

from edatool.broker.address import Address
from edatool.broker.amqp import parameters, watched
from edatool.broker.diagnosis import connection_error
from edatool.broker.http.management import Management
from edatool.errors import BrokerError, BrokerRefused, WrongUsage


def require_one_broker(address: Address, vhost: str) -> BrokerError | None:
    """Refuse two brokers in one address; return why AMQP does not let us in, None where it does.

    Both tell the name of their cluster. Where one of the two does not, or refuses the user, nobody knows.

    Raises:
        WrongUsage: they are two.
        BrokerError: the management API does not answer, or not as it should.
    """
    greeting = _Greeting(address, vhost)
    if not (address.management and greeting.cluster):
        return greeting.error
    other = None
    # Whom the management API refuses it refuses again, with what that is needed for.
    with suppress(BrokerRefused), Management(address, vhost) as management:
        other = management.overview().cluster
    if other and other != greeting.cluster:
        raise WrongUsage(
            f"{address} is the broker {greeting.cluster!r}, and the management API at {address.management} is that of "
            f"{other!r}: name both of one broker (--broker, --management)"
        )
    return greeting.error


class _Greeting:
    """What a broker tells over AMQP, also where the vhost is not there: ``error`` says why it went no further."""

    def __init__(self, address: Address, vhost: str) -> None:
        self.address, self.vhost = address, vhost
        self.cluster: str | None = None
        self.error: BrokerError | None = None
        connection = pika.SelectConnection(
            parameters(address, vhost),
            on_open_callback=self.opened,
            on_open_error_callback=self.lost,
            on_close_callback=lambda connection, _: connection.ioloop.stop(),
        )
        try:
            with watched(connection):
                connection.ioloop.start()
        finally:
            connection.ioloop.close()

    def opened(self, connection: Any) -> None:
        self.note_cluster(connection)
        connection.close()

    def lost(self, connection: Any, error: BaseException) -> None:
        self.note_cluster(connection)
        self.error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()

    def note_cluster(self, connection: Any) -> None:
        name = (connection.server_properties or {}).get("cluster_name")
        self.cluster = name if isinstance(name, str) and name else None
