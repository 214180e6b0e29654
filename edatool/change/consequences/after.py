"""The topology that a broker has when changes are made."""

from collections.abc import Iterable
from typing import assert_never

from edatool.change.changes import Adopt, Change, Create, Delete, IgnoredUpdate, Replace, Update
from edatool.routing.topology import (
    Binding,
    Exchange,
    Object,
    Policy,
    Queue,
    Setting,
    Topology,
    collect,
    identity_of,
    topology,
)


def after(live: Topology, changes: Iterable[Change]) -> Topology:
    """Return a live topology as it is after changes, what nobody declares included.

    As on the broker, bindings go with either of their ends, and an auto-delete exchange with the last binding that
    leads on from it.
    """
    made: list[Object] = []
    gone: list[Object] = []
    for change in changes:
        match change:
            case Create() | Update() | Replace():
                made.append(change.object)
            case Delete():
                gone.append(change.object)
            case Adopt() | IgnoredUpdate():
                pass  # what is there stays as it is
            case _:
                assert_never(change)
    return _without(collect([*live.objects, *made]), gone)


def _without(there: Topology, gone: list[Object]) -> Topology:
    if not gone:
        return there
    exchanges = {one.name for one in gone if isinstance(one, Exchange)}
    queues = {one.name for one in gone if isinstance(one, Queue)}
    bindings = {one.identity for one in gone if isinstance(one, Binding)}
    policies = {one.name for one in gone if isinstance(one, Policy)}
    settings = {identity_of(one) for one in gone if isinstance(one, Setting)}
    left = _attached((one for key, one in there.bindings.items() if key not in bindings), exchanges, queues)
    while unused := _unused(there, left, exchanges):
        exchanges |= unused
        left = _attached(left, exchanges, queues)
    return topology(
        [one for name, one in there.exchanges.items() if name not in exchanges],
        [one for name, one in there.queues.items() if name not in queues],
        left,
        [one for name, one in there.policies.items() if name not in policies],
        [one for identity, one in there.settings.items() if identity not in settings],
    )


def _attached(bindings: Iterable[Binding], exchanges: set[str], queues: set[str]) -> list[Binding]:
    """Leave out the bindings of which an end is gone."""
    return [
        one
        for one in bindings
        if one.source not in exchanges and one.destination not in (exchanges if one.to_exchange else queues)
    ]


def _unused(before: Topology, left: list[Binding], gone: set[str]) -> set[str]:
    """Name the auto-delete exchanges that led somewhere, and do not any more."""
    led = {one.source for one in before.bindings.values()} - {one.source for one in left} - gone
    return {name for name in led if name in before.exchanges and before.exchanges[name].auto_delete}
