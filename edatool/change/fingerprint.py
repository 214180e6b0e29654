"""What tells one plan from another."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from edatool.change.changes import Change, Create, Delete, Update
from edatool.routing.settings import VHOST, is_room
from edatool.routing.topology import Binding, Object, Topology, kind_of


def fingerprint(changes: Iterable[Change], desired: Topology, live: Topology) -> str:
    """Return a digest of changes, and of what on the broker decides about the events that they reach.

    It is the same for the same plan on another day, and another one once somebody has changed what hangs together with
    the desired topology; whatever else happens on the vhost does not count.
    """
    # These are made before anything can be locked in the vhost, by the plan that is then looked at again.
    counted = [one for one in changes if not _comes_before_the_lock(one)]
    values: list[tuple[str, object]] = [(type(one).__name__, one) for one in counted]
    values += [("live", one) for one in _surroundings(desired, live)]
    lines = sorted(json.dumps(value, sort_keys=True, default=_by_field) for value in values)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _by_field(value: Any) -> dict[str, object]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _comes_before_the_lock(one: Change) -> bool:
    """Tell whether a change makes the vhost, or may make room for the lock in it."""
    if is_room(one.object):
        return isinstance(one, (Update, Delete))
    return isinstance(one, Create) and kind_of(one.object) == VHOST


def _surroundings(desired: Topology, live: Topology) -> list[Object]:
    """Return the live exchanges and bindings by which messages come to or from the exchanges and queues desired.

    Bindings of queues that come and go with a connection do not count, nor do their queues.
    """
    bindings = [one for one in live.bindings.values() if one.to_exchange or one.destination in live.queues]
    touching: dict[tuple[bool, str], list[Binding]] = {}
    for one in bindings:
        touching.setdefault((True, one.source), []).append(one)
        touching.setdefault((one.to_exchange, one.destination), []).append(one)
    exchanges = [*desired.exchanges, *(one.source for one in desired.bindings.values())]
    reached = dict.fromkeys([*((True, name) for name in exchanges), *((False, name) for name in desired.queues)])
    waiting = list(reached)
    found: dict[int, Binding] = {}
    for place in waiting:
        for one in touching.get(place, ()):
            found[id(one)] = one
            for next_place in ((True, one.source), (one.to_exchange, one.destination)):
                if next_place not in reached:
                    reached[next_place] = None
                    waiting.append(next_place)
    return [*(one for name, one in live.exchanges.items() if (True, name) in reached), *found.values()]
