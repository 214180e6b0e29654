"""What a vhost holds, as far as it can be seen."""

from collections.abc import Callable

from edatool.broker.declare.operations import Operation, run
from edatool.broker.identity import require_one_broker
from edatool.broker.session import Session
from edatool.errors import BrokerError, BrokerUnreachable
from edatool.frozen import frozen
from edatool.routing.topology import Exchange, Topology


@frozen
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


def read(session: Session) -> Live:
    """Read a vhost by the management API, or say why that cannot be.

    Raises:
        WrongUsage: AMQP and the management API are of two brokers.
        BrokerError: nobody answers over AMQP either, or refuses. Or the user named a management URL, and nobody
            answers there, or somebody who refuses.
    """
    if session.address.management is None:
        return _unseen(session, "the management API is switched off (--management none)")
    try:
        topology, version = session.http.read(), session.http.read_version()
    except BrokerError as error:
        # A user without the tag «management» may well declare over AMQP, which then says what is really refused.
        if session.address.management_given:
            raise
        return _unseen(session, f"{error}; name it with --management, or switch it off with --management none")
    return Live(topology, version, unmet=require_one_broker(session))


def read_seen(vhost: Session, on_note: Callable[[str], None]) -> tuple[Topology, str]:
    """Read a vhost, with the broker's version; ``on_note`` is told where AMQP does not let us in.

    Raises:
        BrokerUnreachable: what is there cannot be seen.
        WrongUsage, BrokerError: as of ``read``.
    """
    found = read(vhost)
    if found.topology is None or found.version is None:
        raise BrokerUnreachable(f"what is on the broker cannot be seen: {found.unseen}")
    note_unmet(found.unmet, vhost, on_note)
    return found.topology, found.version


def note_unmet(unmet: BrokerError | None, vhost: Session, on_note: Callable[[str], None]) -> None:
    """Tell that only the management API was asked, where AMQP does not let us in."""
    if unmet:
        on_note(f"this is what {vhost.address.management} says, and AMQP was of no use: {unmet}")


def _unseen(session: Session, reason: str) -> Live:
    run(session, [Operation("inspect", Exchange("amq.topic", "topic"))])
    return Live(None, None, reason)
