"""What each declared queue is for, as far as that decides what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Literal

from edatool.routes import Routes
from edatool.routing import effective
from edatool.routing.compile import retry_queue_name
from edatool.routing.delays import delays_of
from edatool.routing.lowering.generated import names
from edatool.routing.reach.events_of_queues import events_of_queues
from edatool.routing.reach.spread import targets
from edatool.routing.topology import Topology

Role = Literal["events", "dead-letters", "unroutable", "delay", "intake", "stuck"]
"""``intake`` is the queue of ``edatool router``; ``stuck`` are messages that it cannot send on."""


def roles(routes: Routes) -> Mapping[str, Role]:
    """Return the role of each declared queue.

    Where events are bound for a queue, it is for events whatever else comes there. Of the others those hold dead
    letters that some queue's dead letters lead to, and unroutable messages those that an alternate exchange leads to.
    """
    made = dict(_generated(routes))
    ours = {name for name in routes.topology.queues if name not in made}
    dead = _dead_letters(routes, ours)
    unroutable = _reached(routes.topology, _alternates(routes))
    bound = events_of_queues(routes.spec, routes.contracts, bound=True)

    def role(name: str) -> Role:
        if name in made:
            return made[name]
        if bound.get(name):
            return "events"
        return "dead-letters" if name in dead else "unroutable" if name in unroutable else "events"

    return {name: role(name) for name in routes.topology.queues}


def _generated(routes: Routes) -> Iterator[tuple[str, Role]]:
    spec, own = routes.spec, names(routes.spec.name)
    for queue in spec.queues.values():
        yield from ((retry_queue_name(queue.name, wait), "delay") for wait in queue.retry)
    if delays := delays_of(spec):
        yield from ((delays.level(number), "delay") for number in range(len(delays.waits)))
    generated: tuple[tuple[str, Role], ...] = (
        (own.intake, "intake"),
        (own.stuck, "stuck"),
        (own.refused, "dead-letters"),
    )
    yield from (pair for pair in generated if pair[0] in routes.topology.queues)


def _dead_letters(routes: Routes, ours: set[str]) -> set[str]:
    """Return the queues that dead letters of queues lead to; what a delay queue gives back is none."""
    found: set[str] = set()
    for name, to in targets(routes.router, routes.spec).items():
        for one in to if name in ours else ():
            if one.exchange == "" and one.key is not None:
                found.add(one.key)
            else:
                found |= _reached(routes.topology, {one.exchange})
    return found


def _alternates(routes: Routes) -> set[str]:
    declared = (routes.topology.exchanges[name] for name in routes.spec.exchanges)
    found = (effective.alternate(one, routes.router.policies) for one in declared)
    return {one for one in found if one is not None}


def _reached(topology: Topology, exchanges: set[str]) -> set[str]:
    """Return the queues that bindings from exchanges lead to, also by further exchanges."""
    waiting, seen, queues = list(exchanges), set(exchanges), set()
    by_source: dict[str, list[tuple[str, bool]]] = {}
    for binding in topology.bindings.values():
        by_source.setdefault(binding.source, []).append((binding.destination, binding.to_exchange))
    for name in waiting:
        for destination, to_exchange in by_source.get(name, ()):
            if not to_exchange:
                queues.add(destination)
            elif destination not in seen:
                seen.add(destination)
                waiting.append(destination)
    return queues
