"""All that may stand between a user and a broker, from the outside in."""

from datetime import datetime

from edatool.broker.session import Session
from edatool.checkup.check import Checks
from edatool.checkup.condition import condition
from edatool.checkup.keeping import keeping
from edatool.checkup.login import login
from edatool.checkup.network import network
from edatool.checkup.rights import rights
from edatool.routes import Routes


def checkup(vhost: Session, routes: Routes | None, now: datetime) -> Checks:
    """Yield one check after the other; behind a closed door nothing is looked at.

    Without a spec, nothing is asked that depends on one. ``now`` is the time here.
    """
    opened = True
    for door in (network(vhost.address, now), login(vhost)):
        for one in door:
            opened = opened and one.state != "error"
            yield one
        if not opened:
            return
    if routes:
        yield from rights(vhost, routes)
    if vhost.address.management:
        yield from condition(vhost, routes, now)
        if routes:
            yield from keeping(vhost, routes.spec.name)
