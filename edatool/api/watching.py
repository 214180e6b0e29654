"""How a spec's part of a broker is just now."""

import os
from collections.abc import Sequence

from edatool.broker.session import Session
from edatool.routes import Routes
from edatool.watch.status import Status
from edatool.watch.watch import Watch


def status(routes: Routes, vhost: Session, *, outboxes: Sequence[str | os.PathLike[str]] = ()) -> Status:
    """Return how the queues of a spec are, with what is wrong, the worst first; nothing is changed, no message taken.

    Args:
        routes: the spec.
        vhost: where it is applied.
        outboxes: files, or URLs of databases, that are looked at as well; see ``outbox_status``.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: an outbox's URL is none, or AMQP and the management API are of two brokers.
        BrokerError: the management API does not answer, or not as it should, or refuses the user.
    """
    routes.require_valid()
    return Watch(routes, vhost, outboxes).look()
