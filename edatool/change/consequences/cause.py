"""Why messages of an event come to a queue that others of the event do not come to."""

from collections.abc import Callable, Iterable, Mapping
from heapq import heappop, heappush
from itertools import count

from edatool.change.consequences.condition import CHANCE, ROUTER, UNSIMULATED, Asking, Condition, Conditions
from edatool.frozen import frozen
from edatool.routing.topology import Binding
from edatool.routing.trace import Hop, Trace
from edatool.spec.spec import Event

Least = Mapping[str, Conditions]
"""The least that a message had to have, for each queue that it may come to."""


@frozen
class Cause:
    """What tells the messages that change from those that do not.

    ``ways`` are sets of conditions, of which any suffices, as long as none of the ``exceptions`` holds as well.
    ``whole`` tells that all messages of the event change. There are no ways where bindings do not tell.
    """

    whole: bool
    ways: tuple[Conditions, ...] = ()
    exceptions: tuple[Conditions, ...] = ()


def least(trace: Trace, event: Event | None, asking: Asking) -> Least:
    """Return what bindings asked for on the way to each queue of a trace, of several ways the one that asks least."""
    hops = {hop.exchange: hop for hop in trace.hops}
    start = trace.letter.exchange if trace.letter else None
    waiting: list[tuple[int, int, str, Conditions]] = []
    number, found, seen = count(), dict.fromkeys(trace.maybe, frozenset((ROUTER,))), set()
    queues: dict[str, Conditions] = {}

    def asked_by(binding: Binding) -> Conditions:
        return asking.of(binding, event, trace.letter.keys[0]) if event and trace.letter else frozenset()

    if start is not None:
        heappush(waiting, (0, next(number), start, frozenset()))
    while waiting:
        _, _, name, so_far = heappop(waiting)
        if name in seen or name not in hops:
            continue
        seen.add(name)
        for to_exchange, destination, asked in _steps(hops[name], asked_by):
            all_asked = so_far | asked
            if to_exchange:
                heappush(waiting, (len(all_asked), next(number), destination, all_asked))
            elif destination not in queues or len(all_asked) < len(queues[destination]):
                queues[destination] = all_asked
    reached = {*trace.queues, *trace.maybe}
    return {**found, **{name: asked for name, asked in queues.items() if name in reached}}


def _steps(hop: Hop, asked_by: Callable[[Binding], Conditions]) -> Iterable[tuple[bool, str, Conditions]]:
    """Yield where a message may go from an exchange, and what for."""
    sure = hop.sure
    for one in hop.matched:
        yield one.to_exchange, one.destination, asked_by(one)
    for choice in hop.choices:
        by_chance = frozenset() if choice.binding in sure else frozenset((CHANCE,))
        yield choice.binding.to_exchange, choice.binding.destination, by_chance
    for doubtful in hop.undecided:
        yield doubtful.binding.to_exchange, doubtful.binding.destination, frozenset((UNSIMULATED,))
    if hop.alternate is not None:
        yield True, hop.alternate, frozenset((Condition("unbound", hop.exchange),))


def cause(changed: Iterable[Conditions | None], rest: Iterable[tuple[Conditions | None, Conditions | None]]) -> Cause:
    """Return why messages change: what they had to have where they came to a queue, before or after.

    Of the ``rest`` of the event it is what they had to have there, and at the other time; None where they do not come
    to the queue.
    """
    ways, others = set(changed), list(rest)
    exceptions = {other for own, other in others if own in ways}
    found = _fewest(ways)
    if not others:
        return Cause(whole=True, ways=found)
    if None in ways or None in exceptions or ways & exceptions or frozenset() in exceptions:
        return Cause(whole=False)
    if frozenset() in ways and not exceptions:
        return Cause(whole=False)
    return Cause(whole=False, ways=found, exceptions=_fewest(exceptions))


def _fewest(ways: Iterable[Conditions | None]) -> tuple[Conditions, ...]:
    """Leave out what asks for more than another way does, and sort the rest."""
    found = {one for one in ways if one is not None}
    kept = [one for one in found if not any(other < one for other in found)]
    return tuple(sorted(kept, key=lambda one: sorted(map(repr, one))))
