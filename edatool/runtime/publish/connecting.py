"""What a publisher sends through: a connection to a broker, an outbox, or neither."""

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from edatool.broker.address import Address, parse, vhost_of
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.publishing import Publishing
from edatool.errors import WrongUsage
from edatool.runtime.publish.connection import Connection

if TYPE_CHECKING:
    from edatool.runtime.outbox.outbox import Outbox
    from edatool.runtime.outbox.writer import Keeper

_LOG = logging.getLogger("edatool")


class Nowhere:
    """In place of a connection, where there is neither a broker nor an outbox: for ``publish_within``."""

    def submit(
        self,
        message: AmqpMessage,  # noqa: ARG002 - as all of them, it goes nowhere
        timeout: float = 0.0,  # noqa: ARG002
        on_done: Callable[[Pending], None] | None = None,  # noqa: ARG002
        *,
        wait: bool = True,  # noqa: ARG002
    ) -> Pending | None:
        """Refuse."""
        raise WrongUsage("this publisher was made without a broker: give it one, or an outbox, or use publish_within")

    def close(self, timeout: float = 0.0) -> list[Pending]:  # noqa: ARG002 - there is nothing to wait for
        """Do nothing."""
        return []


def address_of(broker: str | Address | Connection | None) -> Address | None:
    """Return where RabbitMQ is, None where messages go elsewhere.

    Raises:
        WrongUsage: a malformed broker URL.
    """
    if isinstance(broker, str):
        return parse(broker)
    return broker if isinstance(broker, Address) else None


def connection(
    broker: str | Address | Connection | None,
    vhost: str | None,
    window: int,
    retries: int,
    outbox: "str | os.PathLike[str] | Outbox | None",
) -> Connection:
    """Return what messages go through; ``vhost`` is that of the spec.

    Raises:
        WrongUsage: a malformed broker URL, or a vhost other than the spec's; or an outbox for a connection.
    """
    address = parse(broker) if isinstance(broker, str) else broker
    if isinstance(address, Address):
        there = vhost_of(vhost, address)
        return _keeper(outbox, vhost, address) if outbox else Publishing(address, there, window, retries)
    if outbox is None:
        return Nowhere() if address is None else address
    if address is not None:
        raise WrongUsage("an outbox sends to a broker: give its URL, and no connection")
    return _keeper(outbox, vhost, None)


def start(connection: Connection) -> None:
    """Have what is in an outbox sent, also while nothing is published."""
    # An outbox is imported by those who use one.
    begin = getattr(connection, "start", None)
    if begin:
        begin()


def _keeper(outbox: "str | os.PathLike[str] | Outbox", vhost: str | None, address: Address | None) -> "Keeper":
    from edatool.runtime.outbox.outbox import Outbox, relay_of_file  # noqa: PLC0415 - as above
    from edatool.runtime.outbox.writer import Keeper  # noqa: PLC0415 - SQLite is for those who use it

    own = outbox if isinstance(outbox, Outbox) else Outbox(outbox)
    relay = (lambda: relay_of_file(own, address, _LOG.warning)) if address else None
    return Keeper(own, vhost or "", relay)
