"""How what RabbitMQ cannot change in place can be changed all the same, as a plan shows it."""

from collections.abc import Iterable

from edatool.change.changes import Change, Replace
from edatool.change.consequences.after import after
from edatool.change.replacing.by_policy import by_policy
from edatool.change.replacing.obstacles import obstacles
from edatool.change.replacing.replacement import Replacement, bindings_of, replacement
from edatool.frozen import frozen
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, collect


@frozen
class ReplacementWay:
    """A replacement, why it cannot be made without loss, and the policy that would do instead, where there is one."""

    replacement: Replacement
    obstacles: tuple[str, ...]
    policy: Policy | None


def ways(changes: Iterable[Change], live: Topology) -> tuple[ReplacementWay, ...]:
    """Return the way of each object that has to be replaced."""
    all_changes = list(changes)
    replaced = [one for one in all_changes if isinstance(one, Replace)]
    final = after(live, all_changes) if replaced else live
    return tuple(_way(one, live, final) for one in replaced)


def _way(change: Replace, live: Topology, final: Topology) -> ReplacementWay:
    new = change.object
    assert isinstance(new, (Queue, Exchange))
    old = live.queues[new.name] if isinstance(new, Queue) else live.exchanges[new.name]
    record = replacement(old, new, live, bindings_of(new, final))
    return ReplacementWay(record, tuple(obstacles(record, live)), by_policy(change, live))


def as_if_done(live: Topology, under_way: Iterable[Replacement]) -> Topology:
    """Return a live topology as it will be when the replacements that are under way have come to their end."""
    for one in under_way:
        live = _done(live, one)
    return live


def _done(live: Topology, one: Replacement) -> Topology:
    places: list[Queue | Exchange] = [*live.exchanges.values(), *live.queues.values()]
    helpers = [each for each in places if one.is_helper(each.name)]
    helper_bindings = {binding.identity for each in helpers for binding in bindings_of(each, live)}
    here = [each for each in bindings_of(one.new, live) if each.identity not in helper_bindings]
    gone = helper_bindings | {each.identity for each in here}
    kept = [
        each
        for each in live.objects
        if not (each.identity in gone if isinstance(each, Binding) else one.is_helper(each.name))
    ]
    return collect([*kept, one.new, *one.final(here)])
