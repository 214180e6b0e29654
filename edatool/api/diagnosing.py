"""What may stand between a user and a broker."""

from collections.abc import Iterator
from datetime import UTC, datetime

from edatool.broker.session import Session
from edatool.checkup.check import Check
from edatool.checkup.checkup import checkup
from edatool.routes import Routes


def doctor(vhost: Session, routes: Routes | None = None) -> Iterator[Check]:
    """Look at all that may stand between us and a broker, from the outside in, and yield what is found, one by one.

    Host, port, TLS and its certificate, logins, tags, permissions for what the spec needs, version, plugins, alarms,
    feature flags, clocks, the ledger and the lock. Nothing is changed. Behind a closed door nothing more is looked at.

    Args:
        routes: the spec; without one only the broker is looked at.

    Raises:
        InvalidInput: the spec has errors.
    """
    if routes:
        routes.require_valid()
    yield from checkup(vhost, routes, datetime.now(UTC))
