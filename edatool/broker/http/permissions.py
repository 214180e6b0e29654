"""Whether a user may do what a plan needs, asked before anything is changed."""

from collections.abc import Iterable, Iterator, Mapping

from edatool.broker.declare.operations import Object, Operation, run
from edatool.broker.session import Session
from edatool.routing.pcre.errors import Unsupported
from edatool.routing.pcre.pattern import Pattern, compile_pattern
from edatool.routing.topology import Binding, Queue

_KINDS = ("configure", "write", "read")

Need = tuple[str, str]
"""A permission (configure, write or read) and the name of the object it is needed on."""


def ask_missing_permissions(session: Session, objects: Iterable[Object]) -> list[str]:
    """Return what the user may not do of what creating or deleting these objects needs, in words.

    The user's permission patterns are compared where the user may read them (administrators); else the broker
    is asked for each object with a declaration that it refuses in any case, which it logs. Only then the
    permissions on an exchange's alternate are not looked at.
    """
    wanted = list(objects)
    patterns = read_patterns(session)
    if patterns:
        return _by_patterns(patterns, wanted)
    outcomes = run(session, [Operation("probe", one) for one in wanted])
    return sorted({outcome.text for outcome in outcomes if outcome.code == 403})


def read_patterns(session: Session) -> dict[str, Pattern]:
    """Return the user's patterns by permission, none where the user may not read them, or they cannot be judged."""
    return _compiled(session.http.read_permissions() or {}) if session.address.management else {}


def _compiled(patterns: Mapping[str, str]) -> dict[str, Pattern]:
    """Return the patterns by permission, none where one of them cannot be judged here."""
    # An empty pattern allows nothing but the default exchange (RabbitMQ, access control).
    try:
        return {kind: compile_pattern(pattern or "^$") for kind, pattern in patterns.items() if kind in _KINDS}
    except Unsupported:
        return {}


def _by_patterns(compiled: Mapping[str, Pattern], objects: Iterable[Object]) -> list[str]:
    needs = {need: None for one in objects for need in _needs(one)}
    return [f"{kind} on {name!r}" for kind, name in needs if not compiled[kind].matches(name)]


def _needs(one: Object) -> Iterator[Need]:
    """Yield the permissions that AMQP 0-9-1 operations need (RabbitMQ, «Access Control», the table of operations)."""
    if isinstance(one, Binding):
        yield "write", one.destination
        yield "read", one.source
        return
    yield "configure", one.name
    key = "x-dead-letter-exchange" if isinstance(one, Queue) else "alternate-exchange"
    target = one.arguments.get(key)
    if target is not None:
        yield "read", one.name
        yield "write", exchange_resource(str(target))


def exchange_resource(name: str) -> str:
    """Return what patterns of permissions call an exchange: the default one has a name there (measured on 3.10.8)."""
    return name or "amq.default"
