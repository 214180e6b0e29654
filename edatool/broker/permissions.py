"""Whether a user may do what a plan needs, asked before anything is changed."""

import re
from collections.abc import Iterable, Iterator

from edatool.broker.address import Address
from edatool.broker.management import Management
from edatool.broker.operations import Object, Operation, run
from edatool.routing.topology import Binding, Queue

Need = tuple[str, str]
"""A permission (configure, write or read) and the name of the object it is needed on."""


def missing(address: Address, vhost: str, objects: Iterable[Object]) -> list[str]:
    """Return what the user may not do of what creating or deleting these objects needs, in words.

    The user's permission patterns are compared where the user may read them (administrators); else the broker
    is asked for each object with a declaration that it refuses in any case, which it logs. Only then the
    permissions on an exchange's alternate are not looked at.
    """
    wanted = list(objects)
    if address.management:
        with Management(address, vhost) as management:
            patterns = management.permissions()
        if patterns is not None:
            return _by_patterns(patterns, wanted)
    outcomes = run(address, vhost, [Operation("probe", one) for one in wanted])
    return sorted({outcome.text for outcome in outcomes if outcome.code == 403})


def _by_patterns(patterns: dict[str, str], objects: Iterable[Object]) -> list[str]:
    # An empty pattern allows nothing but the default exchange (RabbitMQ, access control).
    compiled = {kind: re.compile(patterns[kind] or "^$") for kind in ("configure", "write", "read")}
    needs = {need: None for one in objects for need in _needs(one)}
    return [f"{kind} on {name!r}" for kind, name in needs if not compiled[kind].search(name)]


def _needs(one: Object) -> Iterator[Need]:
    """Yield the permissions that AMQP 0-9-1 operations need (RabbitMQ, «Access Control», the table of operations)."""
    if isinstance(one, Binding):
        yield "write", one.destination
        yield "read", one.source
        return
    yield "configure", one.name
    key = "x-dead-letter-exchange" if isinstance(one, Queue) else "alternate-exchange"
    target = one.arguments.get(key)
    if target:
        yield "read", one.name
        yield "write", str(target)
