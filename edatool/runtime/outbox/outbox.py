"""The outbox of a service: a file that keeps messages until the broker has them."""

import uuid
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from edatool.broker.address import Address, vhost_of
from edatool.broker.publish.publishing import Publishing
from edatool.frozen import frozen
from edatool.runtime.database.database import Database
from edatool.runtime.metrics.measured import measured
from edatool.runtime.outbox import file
from edatool.runtime.outbox.leases import ATTEMPTS, OutboxStore
from edatool.runtime.outbox.relay import MEASURED, RETRIES, WINDOW, Relay

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

LIMIT = 1024 * 1024 * 1024
RESERVE = 16 * 1024 * 1024


@frozen
class Outbox:
    """An outbox in a file of SQLite, for any number of processes of one machine; for ``Publisher(outbox=...)``.

    What would make the file larger than ``limit`` bytes is refused, and so is what would leave less than ``reserve``
    bytes free on its disk: relays need some. A message is parked once it was refused ``attempts`` times. What sends the
    messages is measured in ``registry``, of prometheus_client, if that is given.
    """

    path: str | PathLike[str]
    limit: int = LIMIT
    reserve: int = RESERVE
    attempts: int = ATTEMPTS
    registry: "CollectorRegistry | None" = None

    @property
    def file(self) -> Path:
        """Where it is."""
        return Path(self.path)


def relay_of(
    database: Database,
    connect: Callable[[str], Publishing],
    attempts: int = ATTEMPTS,
    report: Callable[[str], None] = lambda _: None,
    registry: "CollectorRegistry | None" = None,
) -> Relay:
    """Return a relay of its own name."""
    store = OutboxStore(database, str(uuid.uuid4()), attempts)
    return Relay(store, connect, report=report, measures=measured(registry, MEASURED))


def relay_of_file(outbox: Outbox, address: Address, report: Callable[[str], None]) -> Relay:
    """Return a relay from an outbox to a broker."""
    database = file.for_relaying(outbox.file)
    return relay_of(database, to_broker(address), outbox.attempts, report, outbox.registry)


def to_broker(address: Address) -> Callable[[str], Publishing]:
    """Return what opens connections for a relay; it raises WrongUsage for a vhost other than that of the URL."""

    def connect(vhost: str) -> Publishing:
        vhost = vhost_of(vhost or None, address)
        return Publishing(address, vhost, window=WINDOW, retries=RETRIES, close_at_exit=False)

    return connect
