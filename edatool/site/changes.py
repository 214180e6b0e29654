"""What a diff says about what has pages."""

from collections.abc import Iterator

from edatool.change.changes import Create, Delete
from edatool.change.offline.diff import Diff
from edatool.routing.topology import Exchange, Queue
from edatool.site.addresses import Kind, Subject
from edatool.spec.spec import Spec

KINDS: dict[str, Kind] = {
    "event": "event",
    "filter": "filter",
    "consumer": "consumer",
    "producer": "producer",
    "source": "source",
    "service": "soap",
    "trigger": "trigger",
    "delivery": "delivery",
}
"""The sections of a spec whose entries have pages."""


def badges(diff: Diff, spec: Spec) -> dict[Subject, str]:
    """Return ``new`` or ``changed`` for everything in a spec of which a diff says so."""
    found: dict[Subject, str] = {}
    for subject, new in _changed(diff, spec):
        if new or subject not in found:
            found[subject] = "new" if new else "changed"
    return found


def _changed(diff: Diff, spec: Spec) -> Iterator[tuple[Subject, bool]]:
    for one in diff.declarations:
        if one.section in KINDS and one.kind != "removed":
            yield (KINDS[one.section], one.name), one.kind == "added"
    for contract in diff.contracts:
        yield from ((("event", name), False) for name in contract.events if name in spec.events)
    for step in diff.plan.steps:
        if isinstance(step.object, Queue | Exchange) and not isinstance(step, Delete):
            kind: Kind = "queue" if isinstance(step.object, Queue) else "exchange"
            yield (kind, step.object.name), isinstance(step, Create)
