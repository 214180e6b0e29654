"""What differs between the topology that is wanted and the one that is there."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from edatool.spec.arguments import KNOWN_TO

Object = Exchange | Queue | Binding | Policy


@dataclass(frozen=True, slots=True)
class Difference:
    """One property or argument that differs; None stands for one that is absent."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Create:
    """An object that is not there yet."""

    object: Object


@dataclass(frozen=True, slots=True)
class Update:
    """An object that changes in place."""

    object: Object
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Replace:
    """An object that would have to be deleted and made again, for RabbitMQ does not change it in place."""

    object: Object
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A difference that RabbitMQ would not even refuse: it answers that all is well, and keeps what it has."""

    object: Object
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """An object that is to go."""

    object: Object


Change = Create | Update | Replace | Ignored | Delete


@dataclass(frozen=True, slots=True)
class Compared:
    """All differences, how many objects are as wanted, and what is there that nobody here declares."""

    changes: tuple[Change, ...]
    unchanged: int
    foreign: Topology = field(default_factory=Topology)


def compare(desired: Topology, live: Topology) -> Compared:
    """Compare a desired topology with a live one; what is only live is foreign, and left alone."""
    changes: list[Change] = []
    for wanted, found in _pairs(desired, live):
        change = _change(wanted, found)
        if change:
            changes.append(change)
    pending = sum(not isinstance(change, Ignored) for change in changes)
    return Compared(tuple(changes), desired.size - pending, _foreign(desired, live))


def _pairs(desired: Topology, live: Topology) -> Iterator[tuple[Object, Object | None]]:
    for policy in desired.policies.values():
        yield policy, live.policies.get(policy.name)
    for exchange in desired.exchanges.values():
        yield exchange, live.exchanges.get(exchange.name)
    for queue in desired.queues.values():
        yield queue, live.queues.get(queue.name)
    for identity, binding in desired.bindings.items():
        yield binding, live.bindings.get(identity)


def _change(wanted: Object, found: Object | None) -> Change | None:
    if found is None:
        return Create(wanted)
    differences = tuple(_differences(wanted, found))
    if not differences:
        return None
    if isinstance(wanted, Policy):
        return Update(wanted, differences)
    if all(_is_ignored(wanted, difference) for difference in differences):
        return Ignored(wanted, differences)
    return Replace(wanted, differences)


def _differences(wanted: Object, found: Object) -> Iterator[Difference]:
    for one in fields(wanted):
        before, after = getattr(found, one.name), getattr(wanted, one.name)
        if isinstance(after, Mapping):
            yield from _argument_differences(before, after)
        elif before != after:
            yield Difference(one.name, before, after)


def _argument_differences(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        # As JSON, for Python holds that True equals 1 equals 1.0, and RabbitMQ does not.
        if json.dumps(before.get(name), sort_keys=True) != json.dumps(after.get(name), sort_keys=True):
            yield Difference(name, before.get(name), after.get(name))


def _is_ignored(wanted: Object, difference: Difference) -> bool:
    """Whether a redeclaration with this difference is answered with success, and changes nothing (measured)."""
    if isinstance(wanted, Exchange):
        return difference.name not in _EXCHANGE_PROPERTIES
    return isinstance(wanted, Queue) and difference.name.startswith("x-") and difference.name not in KNOWN_TO


_EXCHANGE_PROPERTIES = {one.name for one in fields(Exchange)} | {"alternate-exchange"}


def _foreign(desired: Topology, live: Topology) -> Topology:
    return topology(
        [one for name, one in live.exchanges.items() if name not in desired.exchanges],
        [one for name, one in live.queues.items() if name not in desired.queues],
        [one for identity, one in live.bindings.items() if identity not in desired.bindings],
        [one for name, one in live.policies.items() if name not in desired.policies],
    )
