"""What commits have done to what has pages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from edatool.change.offline.contract_changes import contract_changes
from edatool.change.offline.declaration_changes import declaration_changes
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.site.addresses import Kind, Subject
from edatool.site.changes import KINDS
from edatool.spec.git_tree import Commit

Change = Literal["new", "changed", "removed"]
_CHANGES: Mapping[str, Change] = {"added": "new", "changed": "changed", "removed": "removed"}


@frozen
class Past:
    """What a commit has changed, None for what is not committed yet; ``readable`` tells that the spec had no errors."""

    commit: Commit | None
    changes: Mapping[Subject, Change]
    readable: bool = True


def history(states: Iterable[tuple[Commit | None, Routes | None]], known_before: Routes | None) -> list[Past]:
    """Return what each state of a spec has changed, in their order, the oldest first.

    A state is None where the spec had errors: the next one is compared with the one before.
    """
    found, before = [], known_before
    for commit, now in states:
        if now is None:
            found.append(Past(commit, {}, readable=False))
        else:
            found.append(Past(commit, dict(_changes(before, now))))
            before = now
    return found


def _changes(before: Routes | None, now: Routes) -> Iterator[tuple[Subject, Change]]:
    for contract in contract_changes(before, now):
        yield from ((("event", name), "changed") for name in contract.events)
    for one in declaration_changes(before.spec if before else None, now.spec):
        if one.section in KINDS:
            yield (KINDS[one.section], one.name), _CHANGES[one.kind]
    yield from _of("queue", before.spec.queues if before else {}, now.spec.queues)
    yield from _of("exchange", before.spec.exchanges if before else {}, now.spec.exchanges)


def _of(kind: Kind, before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[tuple[Subject, Change]]:
    for name, one in now.items():
        if name not in before:
            yield (kind, name), "new"
        elif one != before[name]:
            yield (kind, name), "changed"
    yield from (((kind, name), "removed") for name in before if name not in now)
