"""A vhost of a broker, as one command works with it: one HTTP client and one AMQP connection, lent to all that ask."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from edatool.broker.address import Address
from edatool.errors import BrokerError, BrokerUnreachable

if TYPE_CHECKING:
    from edatool.broker.amqp import Lost, Opened
    from edatool.broker.http.management import Management
    from edatool.broker.served_connection import Lent, ServedConnection


class Session:
    """The vhost ``vhost`` of the broker at ``address``, with all connections to it: one of each kind.

    They are made when they are first needed; it is a context manager, which closes them.

    A lost AMQP connection is made again for the next piece of work, but not where it held the lock of the vhost: what
    is sent on the connection of a lock is never carried out after the lock was lost, for RabbitMQ gives it to somebody
    else only once it has closed that connection.
    """

    def __init__(self, address: Address, vhost: str) -> None:
        self.address, self.vhost = address, vhost
        self.server: Mapping[str, Any] = {}
        """What the broker says of itself over AMQP; nothing before it is asked for anything, or greeted."""
        self._http: Management | None = None
        self._connection: ServedConnection | None = None

    def __str__(self) -> str:
        return f"{self.address}, vhost {self.vhost}"

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http:
            self._http.__exit__(kind, error, trace)
        self.hang_up()

    @property
    def http(self) -> "Management":
        """The client of the management API.

        Raises:
            BrokerUnreachable: it is switched off.
        """
        if self.address.management is None:
            raise BrokerUnreachable("this needs the management API: name it with --management")
        if self._http is None:
            # Loaded when it is needed, and so is AMQP: who asks nobody waits for no client's import.
            from edatool.broker.http.management import Management  # noqa: PLC0415

            self._http = Management(self.address, self.vhost)
        return self._http

    @contextmanager
    def without_http(self) -> Iterator[None]:
        """Do without the management API for a while."""
        address, self.address = self.address, replace(self.address, management=None)
        try:
            yield
        finally:
            self.address = address

    def amqp(self, opened: "Opened", lost: "Lost") -> "AbstractContextManager[Lent]":
        """Lend the AMQP connection to a piece of work; see ``ServedConnection.lent``.

        Raises:
            BrokerUnreachable, BrokerRefused: there is none, or it was lost, and the lock with it.
        """
        return self._connected().lent(opened, lost)

    def greet(self) -> BrokerError | None:
        """Return why AMQP does not let us in, None where it does; ``server`` is known in most cases then."""
        try:
            self._connected()
        except BrokerError as error:
            return error
        return None

    def require_alone(self) -> None:
        """Make sure that the lock is still ours, where it was taken: the broker answers on its connection.

        Raises:
            BrokerUnreachable: its connection was lost, and somebody else may hold the lock.
        """
        if self._connection and self._connection.alone:
            with self.amqp(_open_a_channel, lambda lent, _: lent.ioloop.stop()) as lent:
                lent.ioloop.start()
            if self._connection.error:
                raise self._connection.error

    def be_alone(self) -> None:
        """Note, while it is lent, that the AMQP connection holds the lock of the vhost now."""
        assert self._connection
        self._connection.alone = True

    def hang_up(self) -> None:
        """Close the AMQP connection, and give the lock back with it."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def _connected(self) -> "ServedConnection":
        if self._connection and self._connection.error and not self._connection.alone:
            self.hang_up()
        if self._connection is None:
            from edatool.broker.served_connection import ServedConnection  # noqa: PLC0415

            connection = ServedConnection(self.address, self.vhost)
            self.server = connection.server
            if connection.error:
                raise connection.error
            self._connection = connection
        return self._connection


def _open_a_channel(lent: Any) -> None:
    lent.channel(on_open_callback=lambda _: lent.close())
