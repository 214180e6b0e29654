"""What a vhost holds, as far as it can be seen."""

from collections.abc import Callable
from dataclasses import dataclass

from edatool.broker.address import Address
from edatool.broker.declare.operations import Operation, run
from edatool.broker.http.management import Management
from edatool.broker.identity import require_one_broker
from edatool.broker.vhost import Vhost
from edatool.errors import BrokerError, BrokerUnreachable
from edatool.routing.topology import Exchange, Topology


@dataclass(frozen=True, slots=True)
class Live:
    """The topology of a vhost and the broker's version; both None where ``unseen`` says why not.

    ``unmet`` is why AMQP does not let us in; then nobody knows whether it is the same broker.
    """

    topology: Topology | None
    version: str | None
    unseen: str | None = None
    unmet: BrokerError | None = None

    def require_met(self) -> None:
        """Make sure that what was seen is of the broker that AMQP leads to.

        Raises:
            BrokerError: AMQP does not let us in.
        """
        if self.unmet:
            raise self.unmet


def read(address: Address, vhost: str) -> Live:
    """Read a vhost by the management API, or say why that cannot be.

    Raises:
        WrongUsage: AMQP and the management API are of two brokers.
        BrokerError: nobody answers over AMQP either, or refuses. Or the user named a management URL, and nobody
            answers there, or somebody who refuses.
    """
    if address.management is None:
        return _unseen(address, vhost, "the management API is switched off (--management none)")
    try:
        with Management(address, vhost) as management:
            topology, version = management.read(), management.version()
    except BrokerError as error:
        # A user without the tag «management» may well declare over AMQP, which then says what is really refused.
        if address.management_given:
            raise
        return _unseen(address, vhost, f"{error}; name it with --management, or switch it off with --management none")
    return Live(topology, version, unmet=require_one_broker(address, vhost))


def read_seen(vhost: Vhost, on_note: Callable[[str], None]) -> tuple[Topology, str]:
    """Read a vhost, with the broker's version; ``on_note`` is told where AMQP does not let us in.

    Raises:
        BrokerUnreachable: what is there cannot be seen.
        WrongUsage, BrokerError: as of ``read``.
    """
    found = read(vhost.address, vhost.name)
    if found.topology is None or found.version is None:
        raise BrokerUnreachable(f"what is on the broker cannot be seen: {found.unseen}")
    note_unmet(found.unmet, vhost, on_note)
    return found.topology, found.version


def note_unmet(unmet: BrokerError | None, vhost: Vhost, on_note: Callable[[str], None]) -> None:
    """Tell that only the management API was asked, where AMQP does not let us in."""
    if unmet:
        on_note(f"this is what {vhost.address.management} says, and AMQP was of no use: {unmet}")


def _unseen(address: Address, vhost: str, reason: str) -> Live:
    run(address, vhost, [Operation("inspect", Exchange("amq.topic", "topic"))])
    return Live(None, None, reason)
