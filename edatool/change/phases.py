"""The order in which changes are safe."""

from collections.abc import Sequence

from edatool.change.changes import Adopt, Change, Create, Delete, IgnoredUpdate, Replace
from edatool.routing.topology import Binding, Identity, identity_of, kind_of

_BEFORE = ("vhost", "vhost limit", "user", "permission", "operator policy", "federation upstream", "policy")
_AFTER = ("topic permission", "shovel")
# What routes is there before what is routed to it, and all goes in reverse.
_FIRST_TO_LAST = (
    *((Create, kind) for kind in _BEFORE),
    (Create, "exchange"),
    (Create, "queue"),
    (Replace, "exchange"),
    (Replace, "queue"),
    (Create, "binding"),
    *((Create, kind) for kind in _AFTER),
    *((Delete, kind) for kind in reversed(_AFTER)),
    (Delete, "binding"),
    (Delete, "queue"),
    (Delete, "exchange"),
    *((Delete, kind) for kind in reversed(_BEFORE)),
)


def phases(steps: Sequence[Change]) -> list[list[Change]]:
    """Return steps on the broker in groups that follow each other; within a group the order does not matter."""
    groups: list[list[Change]] = []
    for step, kind in _FIRST_TO_LAST:
        members = [one for one in steps if _step(one) is step and kind_of(one.object) == kind]
        if kind != "binding":
            groups.append(members)
            continue
        # A way opens at its end first and closes at its beginning, so that nothing comes where it cannot go on.
        heights = _heights([one.object for one in members if isinstance(one.object, Binding)])
        levels = sorted(set(heights.values()), reverse=step is Delete)
        groups += [[one for one in members if heights[identity_of(one.object)] == level] for level in levels]
    return [group for group in groups if group]


def _heights(bindings: list[Binding]) -> dict[Identity, int]:
    """Return for each of some bindings how many of them a message can go through from there on, at most."""
    onward: dict[str, set[str]] = {one.source: set() for one in bindings}
    for one in bindings:
        if one.to_exchange:
            onward[one.source].add(one.destination)
    above = dict.fromkeys(onward, 1)
    for _ in onward:  # in a circle there is no highest
        above = {name: 1 + max((above.get(one, 1) for one in ends), default=0) for name, ends in onward.items()}
    return {identity_of(one): 1 + above.get(one.destination, 1) if one.to_exchange else 1 for one in bindings}


def _step(change: Change) -> type | None:
    """Return the kind of step that a change takes; an adoption takes none on the broker."""
    match change:
        case Adopt() | IgnoredUpdate():
            return None
        case Replace() | Delete():
            return type(change)
        case _:
            return Create
