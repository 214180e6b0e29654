"""Whether AMQP and the management API, which are two addresses, are of one broker."""

from contextlib import suppress

from edatool.broker.session import Session
from edatool.errors import BrokerError, BrokerRefused, WrongUsage


def require_one_broker(session: Session) -> BrokerError | None:
    """Refuse two brokers in one address; return why AMQP does not let us in, None where it does.

    Both tell the name of their cluster. Where one of the two does not, or refuses the user, nobody knows.

    Raises:
        WrongUsage: they are two.
        BrokerError: the management API does not answer, or not as it should.
    """
    unmet, address = session.greet(), session.address
    cluster = session.server.get("cluster_name")
    if not (address.management and isinstance(cluster, str) and cluster):
        return unmet
    other = None
    # Whom the management API refuses it refuses again, with what that is needed for.
    with suppress(BrokerRefused):
        other = session.http.read_overview().cluster
    if other and other != cluster:
        raise WrongUsage(
            f"{address} is the broker {cluster!r}, and the management API at {address.management} is that of "
            f"{other!r}: name both of one broker (--broker, --management)"
        )
    return unmet
