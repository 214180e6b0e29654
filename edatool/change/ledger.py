"""What a spec has put on a vhost: the record that tells ours from what others made."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Any

from edatool.frozen import frozen
from edatool.routing.topology import Object, Topology, collect, identity_of

HISTORY = 50
"""How many applies are remembered."""
TOMBSTONES = 1000
"""How many removed objects are remembered, so that one that comes back is noticed."""


@frozen
class Signature:
    """Who applies: when (RFC 3339, UTC), by whom, and from which revision of the spec."""

    at: str
    by: str
    revision: str | None = None


@frozen
class LedgerEntry:
    """One apply: its number, its signature, and how many objects it was to create, change and remove.

    ``complete`` is False from before its first step until after its last.
    """

    serial: int
    at: str
    by: str
    revision: str | None
    created: int
    changed: int
    removed: int
    complete: bool = False


@frozen
class Ledger:
    """What the spec ``spec`` has put on the vhost ``vhost``, as it was last applied.

    ``objects`` are ours: made or adopted by an apply, and not removed since. While an apply is not complete, they
    are as it wants them. ``removed`` were ours. ``history`` has the newest apply first. ``replacing`` are the records
    of replacements under way, by what is replaced. ``mark`` is the identity of the vhost, which another vhost of that
    name does not have; None where the ledger was kept before there were marks, and before the vhost itself is made.
    """

    spec: str
    vhost: str
    objects: Topology = field(default_factory=Topology)
    removed: Topology = field(default_factory=Topology)
    history: tuple[LedgerEntry, ...] = ()
    replacing: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mark: str | None = None

    @property
    def serial(self) -> int:
        """The number of the last apply, 0 before the first."""
        return self.history[0].serial if self.history else 0

    @property
    def complete(self) -> bool:
        """Whether the last apply came to its end."""
        return not self.history or self.history[0].complete


def begun(
    ledger: Ledger, entry: LedgerEntry, desired: Topology, replacing: Mapping[str, Mapping[str, Any]] | None = None
) -> Ledger:
    """Return the ledger as it has to be before the first step: what is ``desired`` is ours from here on.

    ``replacing`` are the records of what will be replaced, as JSON has them.
    """
    return replace(
        claimed(ledger, desired.objects),
        history=(entry, *ledger.history)[:HISTORY],
        replacing={**ledger.replacing, **(replacing or {})},
    )


def claimed(ledger: Ledger, objects: Iterable[Object]) -> Ledger:
    """Return the ledger as it has to be before objects are made: they are ours from here on."""
    return replace(ledger, objects=collect([*ledger.objects.objects, *objects]))


def replaced(ledger: Ledger, name: str) -> Ledger:
    """Return the ledger after a replacement has come to its end."""
    return replace(ledger, replacing={other: one for other, one in ledger.replacing.items() if other != name})


def finished(ledger: Ledger, desired: Topology, deleted: Iterable[Object]) -> Ledger:
    """Return the ledger after the last step: what is desired is ours, and nothing else."""
    removed = [*without(ledger.removed, desired.objects).objects, *deleted]
    newest, *older = ledger.history
    return replace(
        ledger,
        objects=desired,
        removed=collect(removed[-TOMBSTONES:]),
        history=(replace(newest, complete=True), *older),
    )


def released(ledger: Ledger, objects: Iterable[Object]) -> Ledger:
    """Return the ledger without some objects, which stay on the broker and belong to nobody."""
    return replace(ledger, objects=without(ledger.objects, objects))


def without(topology: Topology, objects: Iterable[Object]) -> Topology:
    """Return a topology without some objects, which need not be in it."""
    left_out = {identity_of(one) for one in objects}
    return collect(one for one in topology.objects if identity_of(one) not in left_out)
