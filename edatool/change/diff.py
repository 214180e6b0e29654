"""What differs between the topology that is wanted and the one that is there."""

from collections.abc import Iterator, Mapping
from dataclasses import field, fields, replace

from edatool.change.changes import Adopt, Change, Create, Difference, IgnoredUpdate, Replace, Update
from edatool.change.ownership import Ownership
from edatool.change.removal import deletions
from edatool.frozen import frozen
from edatool.routing.topology import (
    Exchange,
    Identity,
    Object,
    Policy,
    Queue,
    Setting,
    Topology,
    collect,
    identity_of,
)
from edatool.spec.rabbitmq.arguments import KNOWN
from edatool.spec.same_json import same_json


@frozen
class Compared:
    """All differences, how many objects are as wanted, and what is there that is not ours.

    ``owners`` names the specs that foreign objects are from.
    """

    changes: tuple[Change, ...]
    unchanged: int
    foreign: Topology = field(default_factory=Topology)
    owners: Mapping[Identity, str] = field(default_factory=dict)


def compare(
    desired: Topology, live: Topology, ownership: Ownership | None = None, external: Topology | None = None
) -> Compared:
    """Compare a desired topology with a live one.

    What is ours and not desired is to be deleted; what is neither is foreign, and left alone. Without ownership
    nobody knows what is ours: all that is desired counts as such, and nothing else. What is ``external`` belongs to
    others, also where it was ours before; and so does what is otherwise than we made it, for in place RabbitMQ does
    not change it, or what another spec has too.
    """
    ownership = _as_recorded(ownership, live) if ownership else None
    changes: list[Change] = []
    changed: set[Identity] = set()
    for wanted, found in _pairs(desired, live):
        for change in _changes(wanted, found, ownership):
            changes.append(change)
            if not isinstance(change, IgnoredUpdate):
                changed.add(identity_of(wanted))
    kept = collect([*desired.objects, *(external.objects if external else ())])
    gone = deletions(kept, live, ownership.ours) if ownership else []
    known = {identity_of(one) for one in (*kept.objects, *(each.object for each in gone))}
    foreign = collect(one for one in live.objects if identity_of(one) not in known)
    owners = ownership.others if ownership else {}
    return Compared((*changes, *gone), desired.size - len(changed), foreign, owners)


def _as_recorded(ownership: Ownership, live: Topology) -> Ownership:
    there = {identity_of(one): one for one in live.objects}

    def is_still_ours(one: Object) -> bool:
        found = there.get(identity_of(one))
        made_by_others = found is not None and isinstance(difference(one, found), Replace)
        return not made_by_others and ownership.owner(one) is None

    return replace(ownership, ours=collect(one for one in ownership.ours.objects if is_still_ours(one)))


def _pairs(desired: Topology, live: Topology) -> Iterator[tuple[Object, Object | None]]:
    for name, setting in desired.settings.items():
        yield setting, live.settings.get(name)
    for policy in desired.policies.values():
        yield policy, live.policies.get(policy.name)
    for exchange in desired.exchanges.values():
        yield exchange, live.exchanges.get(exchange.name)
    for queue in desired.queues.values():
        yield queue, live.queues.get(queue.name)
    for identity, binding in desired.bindings.items():
        yield binding, live.bindings.get(identity)


def _changes(wanted: Object, found: Object | None, ownership: Ownership | None) -> Iterator[Change]:
    owner = ownership.owner(wanted) if ownership else None
    if owner or (found and ownership and not ownership.is_ours(wanted)):
        yield Adopt(wanted, owner)
    if found is None:
        yield Create(wanted)
        return
    change = difference(wanted, found)
    if change:
        yield change


def difference(wanted: Object, found: Object) -> Update | Replace | IgnoredUpdate | None:
    """Return what it takes to make an object that is there as it is wanted, None where it is."""
    differences = tuple(_differences(wanted, found))
    if not differences:
        return None
    if isinstance(wanted, (Policy, Setting)):
        return Update(wanted, differences)
    if all(_is_ignored(wanted, difference) for difference in differences):
        return IgnoredUpdate(wanted, differences)
    return Replace(wanted, differences)


def _differences(wanted: Object, found: Object) -> Iterator[Difference]:
    for one in fields(wanted) if wanted is not found else ():
        before, after = getattr(found, one.name), getattr(wanted, one.name)
        if isinstance(after, Mapping):
            yield from _argument_differences(before, after)
        elif before != after:
            yield Difference(one.name, before, after)


def _argument_differences(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        if not same_json(before.get(name), after.get(name)):  # to Python True equals 1, to RabbitMQ it does not
            yield Difference(name, before.get(name), after.get(name))


def _is_ignored(wanted: Object, difference: Difference) -> bool:
    """Whether a redeclaration with this difference is answered with success, and changes nothing (measured)."""
    if isinstance(wanted, Exchange):
        return difference.name not in _EXCHANGE_PROPERTIES
    return isinstance(wanted, Queue) and difference.name.startswith("x-") and difference.name not in KNOWN


_EXCHANGE_PROPERTIES = {one.name for one in fields(Exchange)} | {"alternate-exchange"}
