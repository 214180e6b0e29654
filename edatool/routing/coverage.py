"""What of a spec its routing tests have reached."""

from collections.abc import Iterable

from edatool.frozen import frozen
from edatool.routing.lowering.generated import Names, names
from edatool.routing.lowering.stamps import ROUTER, pattern
from edatool.routing.topology import Binding, Topology
from edatool.routing.verify import Verified
from edatool.spec.spec import Spec


@frozen
class Coverage:
    """The events, bindings and queues that no test reached, in the words of the spec, and how many there are in all."""

    events: tuple[str, ...]
    bindings: tuple[str, ...]
    queues: tuple[str, ...]
    total: int

    @property
    def percent(self) -> float:
        """How much was reached; everything of nothing is 100."""
        unreached = len(self.events) + len(self.bindings) + len(self.queues)
        return 100.0 * (self.total - unreached) / self.total if self.total else 100.0


def _of_router(binding: Binding, own: Names) -> bool:
    """Tell whether only messages take it that the router takes, or sends."""
    sent = binding.source == own.filters and binding.key == pattern(ROUTER)
    return sent or binding.source == own.intake or binding.destination == own.stuck


def coverage(spec: Spec, topology: Topology, results: Iterable[Verified]) -> Coverage:
    """Compare what is declared with what the messages of the tests went through, dead letters included.

    Queues generated for retries do not count, as only a consumer sends messages there, nor does what the router takes.
    """
    own = names(spec.name)
    bound = [one for one in topology.bindings.values() if not _of_router(one, own)]
    events: set[str] = set()
    bindings: set[object] = set()
    queues: set[str] = set()
    for result in results:
        if result.event:
            events.add(result.event)
        for trace in (result.trace, result.passage.trace if result.passage else None):
            if trace:
                bindings |= {binding.identity for hop in trace.hops for binding in hop.possible}
                queues |= {*trace.queues, *trace.maybe}
        queues |= {queue for way in result.afterwards for queue in way.queues}
    return Coverage(
        events=tuple(name for name in spec.events if name not in events),
        bindings=tuple(str(one) for one in bound if one.identity not in bindings),
        queues=tuple(name for name in spec.queues if name not in queues),
        total=len(spec.events) + len(bound) + len(spec.queues),
    )
