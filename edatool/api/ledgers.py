"""What applies have left on a vhost."""

import os
from collections.abc import Callable, Iterable

from edatool.broker.identity import require_one_broker
from edatool.broker.session import Session
from edatool.change.deploy.deploy import let_go
from edatool.change.deploy.deployment import WAIT, Deployment
from edatool.change.deploy.drifting import read_drift
from edatool.change.deploy.planning import read_ledgers
from edatool.change.deploy.signature import signature
from edatool.change.deploy.wanted import wanted
from edatool.change.drift import Drifted
from edatool.change.ledgers import Ledgers
from edatool.errors import NeedsPerson
from edatool.routes import Routes
from edatool.silent import silent


def drift(routes: Routes, vhost: Session, *, on_note: Callable[[str], None] = silent) -> Drifted:
    """Return what on a vhost is no longer as the last apply left it, and what the spec says otherwise.

    Raises:
        NeedsPerson: it cannot be seen, as without the management API.
        InvalidInput, WrongUsage, BrokerError: as of ``plan``.
    """
    routes.require_valid()
    return read_drift(vhost, wanted(routes, vhost, os.environ, on_note))


def ledger(routes: Routes, vhost: Session) -> Ledgers:
    """Return the ledger of a spec, which tells what applies of it have made, and those of the other specs on the vhost.

    Raises:
        NeedsPerson: it cannot be read by this user, is damaged, or of a later edatool.
        WrongUsage: AMQP and the management API are of two brokers.
        BrokerError: nobody answers, or not as it should.
    """
    unmet = require_one_broker(vhost)
    if unmet:
        raise unmet
    found = read_ledgers(vhost, routes.spec.name)
    if found.refused:
        raise NeedsPerson(f"the ledger cannot be read: {found.refused}")
    return found


def release(
    routes: Routes,
    vhost: Session,
    objects: Iterable[str],
    *,
    wait: float = WAIT,
    on_note: Callable[[str], None] = silent,
) -> None:
    """Take objects, such as ``queue orders``, out of the ledger of a spec: they stay, and another spec may adopt them.

    Raises:
        WrongUsage: an object is not in the ledger.
        NeedsPerson: an object is being replaced, or the ledger cannot be read.
        Locked, BrokerError: as of ``apply``.
    """
    ledger(routes, vhost)
    let_go(Deployment(vhost, signature(), wait, on_note=on_note), routes.spec.name, objects)
