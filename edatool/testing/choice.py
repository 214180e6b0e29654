"""Which queue gets a message where RabbitMQ leaves it to chance."""

from edatool.errors import WrongUsage
from edatool.routing.exchange_types.types import type_named
from edatool.routing.message import Letter
from edatool.routing.router import Router
from edatool.routing.topology import Binding
from edatool.routing.trace import Hop, Trace


def settled(router: Router, trace: Trace, turn: int) -> list[str]:
    """Return the queues that get a message, each name once: the trace's, with one choice made at every exchange.

    A consistent-hash exchange gives the same key (or hash-header) to the same destination each time, as on a broker,
    though not to the one that a broker would take. A random exchange gives turns to its bindings.

    Raises:
        WrongUsage: where the message goes cannot be simulated.
    """
    if not trace.maybe:
        return list(trace.queues)
    assert trace.letter
    hops = {hop.exchange: hop for hop in trace.hops}
    waiting, queues = [trace.letter.exchange], []
    for name in waiting:
        hop = hops.pop(name, None)
        if hop:
            taken = _taken(router, hop, trace.letter, turn)
            queues += [one.destination for one in taken if not one.to_exchange]
            waiting += [one.destination for one in taken if one.to_exchange]
            waiting += [hop.alternate] if hop.alternate else []
    return sorted(set(queues))


def _taken(router: Router, hop: Hop, letter: Letter, turn: int) -> list[Binding]:
    if hop.undecided:
        raise WrongUsage(f"where exchange {hop.exchange!r} routes this message is not known: {hop.undecided[0].why}")
    if not hop.choices:
        return list(hop.matched)
    # Sorted, so that the order of declaration does not matter.
    choices = sorted(hop.choices, key=lambda one: one.binding.identity)
    shares = [one.binding for one in choices for _ in range(one.weight)]
    pick = type_named(hop.type).pick
    assert pick
    number = pick(router.sources[hop.exchange].exchange, letter, turn)
    return [*hop.matched, shares[number % len(shares)]]
