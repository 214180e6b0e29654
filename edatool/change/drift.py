"""What on the broker is no longer as the last apply left it."""

from collections.abc import Iterable, Iterator

from edatool.change.changes import Change, Difference, IgnoredUpdate
from edatool.change.diff import compare, difference
from edatool.change.ledger import Ledger
from edatool.change.ledgers import Ledgers
from edatool.frozen import frozen
from edatool.routing.effective import policies
from edatool.routing.overriding import Effective, effective_settings
from edatool.routing.topology import Binding, Identity, Object, Policy, Queue, Topology, collect, identity_of


@frozen
class Changed:
    """An object of ours that somebody has changed."""

    object: Object
    differences: tuple[Difference, ...]


@frozen
class Vanished:
    """An object of ours that somebody has deleted."""

    object: Object


@frozen
class Returned:
    """An object that we removed and that is there again: some service still declares it."""

    object: Object


@frozen
class Attached:
    """A binding that is not ours, from or to something that is; ``owner`` is the spec that it is from."""

    object: Binding
    owner: str | None


Drift = Changed | Vanished | Returned | Attached


@frozen
class Shadowed:
    """A setting of a queue of ours that is said in several places, of which one holds."""

    object: Queue
    setting: Effective


@frozen
class Drifted:
    """What drifted on the broker, and what the spec says otherwise than the last apply did.

    ``shadowed`` is no drift: it may be meant so. ``ledger`` is what the last apply left.
    """

    drifts: tuple[Drift, ...]
    unapplied: tuple[Change, ...]
    shadowed: tuple[Shadowed, ...]
    ledger: Ledger

    @property
    def clean(self) -> bool:
        """Whether the broker is as the spec says, as far as it is ours."""
        return not (self.drifts or self.unapplied)


def drift(
    desired: Topology,
    live: Topology,
    ledgers: Ledgers,
    external: Topology | None = None,
    operator_policies: Iterable[Policy] = (),
) -> Drifted:
    """Compare a vhost with what the last apply made of it, and that with the spec; see ``diff.compare``.

    What an apply that did not come to its end was to make, and is not there, has not drifted.
    """
    ours, there, wanted = ledgers.ours.objects, _by_identity(live), _by_identity(desired)
    if not ledgers.ours.complete:
        ours = collect(one for one in ours.objects if identity_of(one) in there)
    # With what others made, for that is not to be created but to be adopted, as plan says too.
    unapplied = compare(desired, collect([*live.objects, *ours.objects]), ledgers.ownership, external).changes
    attached = (one for one in _attached(ledgers, live) if identity_of(one.object) not in wanted)
    drifts = (*_altered(ours, live), *_returned(ledgers, live), *attached)
    changes = tuple(one for one in unapplied if not isinstance(one, IgnoredUpdate))
    return Drifted(drifts, changes, tuple(_shadowed(ours, live, operator_policies)), ledgers.ours)


def _shadowed(ours: Topology, live: Topology, operator_policies: Iterable[Policy]) -> Iterator[Shadowed]:
    declared = policies(live.policies)
    operators = policies({one.name: one for one in operator_policies})
    for name in (one for one in ours.queues if one in live.queues):
        for setting in effective_settings(live.queues[name], declared, operators):
            if setting.without_effect:
                yield Shadowed(live.queues[name], setting)


def _altered(ours: Topology, live: Topology) -> Iterator[Drift]:
    there = _by_identity(live)
    for one in ours.objects:
        found = there.get(identity_of(one))
        if found is None:
            yield Vanished(one)
            continue
        change = difference(one, found)
        if change and not isinstance(change, IgnoredUpdate):
            # Seen from the last apply: before is what it made, after is what is there.
            yield Changed(one, tuple(Difference(each.name, each.after, each.before) for each in change.differences))


def _returned(ledgers: Ledgers, live: Topology) -> Iterator[Drift]:
    there = _by_identity(live)
    for one in ledgers.ours.removed.objects:
        identity = identity_of(one)
        if identity in there and not (ledgers.ownership and ledgers.ownership.owner(one)):
            yield Returned(there[identity])


def _attached(ledgers: Ledgers, live: Topology) -> Iterator[Attached]:
    ownership = ledgers.ownership
    assert ownership
    exchanges, queues = ledgers.ours.objects.exchanges, ledgers.ours.objects.queues
    returned = _by_identity(ledgers.ours.removed)
    for one in live.bindings.values():
        to_ours = one.destination in (exchanges if one.to_exchange else queues)
        if (one.source in exchanges or to_ours) and not ownership.is_ours(one) and identity_of(one) not in returned:
            yield Attached(one, ownership.owner(one))


def _by_identity(topology: Topology) -> dict[Identity, Object]:
    return {identity_of(one): one for one in topology.objects}
