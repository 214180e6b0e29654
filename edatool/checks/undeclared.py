"""Names that lead nowhere, wherever they stand."""

from collections.abc import Collection

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.routing.bindings import BUILT_IN
from edatool.spec.shape import shown


def undeclared_event(subject: Subject, name: str, *path: str | int) -> Found:
    """Yield a finding where no event has this name."""
    if name not in subject.spec.events and not subject.is_lost("events", name):
        yield at(*path), undeclared(subject, "event", name, subject.spec.events)


def undeclared_exchange(subject: Subject, name: str, *path: str | int) -> Found:
    """Yield a finding where no exchange has this name, of those of the broker either."""
    if subject.exchange_type(name) is None and not subject.is_lost("exchanges", name):
        yield at(*path), undeclared(subject, "exchange", name, [*subject.spec.exchanges, *BUILT_IN])


def undeclared_queue(subject: Subject, name: str, known: Collection[str], *path: str | int) -> Found:
    """Yield a finding where the name is none of the known queues."""
    if name not in known and not subject.is_lost("queues", name):
        yield at(*path), undeclared(subject, "queue", name, subject.spec.queues)


def undeclared(subject: Subject, kind: str, name: str, declared: Collection[str], section: str | None = None) -> str:
    """Return the message, with the name that was most likely meant; ``section`` is the kind with an s by default."""
    way_out = subject.nearest.way_out(name, declared, f"declare it under {section or f'{kind}s'}, or name one that is")
    return f"the {kind} {shown(name)} is not declared: {way_out}"
