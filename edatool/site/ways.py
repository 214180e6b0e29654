"""The ways that messages of an event may take through exchanges, whatever is in them."""

from collections.abc import Mapping

from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.bindings import bindings_of
from edatool.routing.graph.ways import Ways
from edatool.routing.reach.spread import Spread
from edatool.routing.topology import Binding
from edatool.spec.spec import SpecBinding


@frozen
class Taken:
    """A binding that messages of an event may take, and the declared one that it is of."""

    binding: Binding
    declared: SpecBinding


@frozen
class Way:
    """Where an event may go.

    ``exchanges`` are those that it may come to, each with the bindings that it may take from there. ``queues`` get it
    by bindings, ``otherwise`` those that get it only where no binding matches, by alternate exchanges.
    """

    exchanges: Mapping[str, tuple[Taken, ...]]
    queues: tuple[str, ...]
    otherwise: tuple[str, ...]


def ways(routes: Routes, graph: Ways) -> dict[str, Way]:
    """Return the way of each event through the graph of its spec; dead letters are not followed."""
    spec = routes.spec
    declared: dict[tuple[str, str, bool, str, str], list[SpecBinding]] = {}
    for one in spec.bindings:
        for binding in bindings_of(spec, one):
            declared.setdefault(binding.identity, []).append(one)
    by_id = {id(one): one for one in graph.laid_out.topology.bindings.values()}
    found = {}
    for event in spec.events.values():
        whole, bound = graph.followed(event.name, {}), Spread(graph.laid_out, {}, by_alternates=False)
        bound.add((event.exchange, flow) for flow in whole.exchanges[event.exchange])
        exchanges: dict[str, list[Taken]] = {name: [] for name in whole.exchanges}
        for binding in (by_id[one] for one in whole.bindings):
            exchanges[binding.source] += (Taken(binding, one) for one in declared[binding.identity])
        found[event.name] = Way(
            {name: tuple(taken) for name, taken in exchanges.items()},
            tuple(name for name in spec.queues if name in bound.queues),
            tuple(name for name in spec.queues if name in whole.queues - bound.queues),
        )
    return found
