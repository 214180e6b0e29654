"""The two doors of a broker, AMQP and the management API, and what its user may see behind them."""

from edatool.broker.identity import require_one_broker
from edatool.broker.session import Session
from edatool.checkup.check import Checks, error, ok, warning
from edatool.errors import BrokerError, WrongUsage


def login(vhost: Session) -> Checks:
    """Log in over AMQP, and into the management API; make sure that both are of one broker."""
    yield from _amqp(vhost)
    if vhost.address.management is None:
        way_out = "name it with --management"
        yield warning("management", f"switched off: apply only adds then, without a lock and a ledger: {way_out}")
        return
    try:
        overview, tags = vhost.http.read_overview(), vhost.http.read_tags()
    except BrokerError as refused:
        yield error("management", refused)
        return
    yield ok("management", f"{vhost.address.management} answers, of the cluster {overview.cluster}")
    try:
        require_one_broker(vhost)
    except WrongUsage as two:
        yield error("one broker", two)
    yield from _tags(vhost.address.user, tags)


def _amqp(vhost: Session) -> Checks:
    unmet = vhost.greet()
    if unmet:
        yield error("amqp", unmet)
        return
    product = f"{vhost.server.get('product', 'a broker')} {vhost.server.get('version', '')}".strip()
    yield ok("amqp", f"{product} lets {vhost.address.user!r} into the vhost {vhost.vhost!r}")


def _tags(user: str, tags: list[str]) -> Checks:
    has = f"{user!r} has the tags {', '.join(tags)}"
    if not {"policymaker", "administrator"}.intersection(tags):
        yield warning(
            "tags", f"{has}: without policymaker apply only adds, without a lock and a ledger: give it that tag"
        )
    else:
        yield ok("tags", has)
