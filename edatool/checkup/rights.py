"""What the user may do with what the spec declares."""

from collections.abc import Iterable

from edatool.broker.http.permissions import ask_missing_permissions, exchange_resource, read_patterns
from edatool.broker.session import Session
from edatool.checkup.check import Check, Checks, error, ok, warning
from edatool.counted import few
from edatool.errors import BrokerError
from edatool.routes import Routes
from edatool.routing.topology import Policy, Setting


def rights(vhost: Session, routes: Routes) -> Checks:
    """Compare the permissions of the user with what applying, publishing and consuming need."""
    own = [one for one in routes.own.objects if not isinstance(one, (Policy, Setting))]
    try:
        lacking = ask_missing_permissions(vhost, own)
        patterns = read_patterns(vhost)
    except BrokerError as refused:
        yield error("may apply", refused)
        return
    yield _all("may apply", lacking)
    if not patterns:
        yield warning("may publish", "only administrators can see the permissions for publishing and consuming")
        return
    exchanges = sorted({exchange_resource(event.exchange) for event in routes.spec.events.values()})
    yield _all("may publish", [f"write on {one!r}" for one in exchanges if not patterns["write"].matches(one)])
    queues = sorted(routes.own.queues)
    yield _all("may consume", [f"read on {one!r}" for one in queues if not patterns["read"].matches(one)])


def _all(name: str, lacking: Iterable[str]) -> Check:
    found = list(lacking)
    if found:
        return error(name, f"missing: {few(found)}: grant it with rabbitmqctl set_permissions")
    return ok(name, "all permissions that it takes are there")
