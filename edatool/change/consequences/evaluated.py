"""What becomes of messages that wait for the router."""

from dataclasses import replace

from edatool.routing.lowering.generated import Names
from edatool.routing.router import Router
from edatool.routing.trace import Trace


def evaluated(trace: Trace, router: Router, names: Names) -> Trace:
    """Return a trace as it is once the router has passed the message on.

    Where it comes to depends on the filters that were there, of which the broker does not know: each of their
    destinations is possible.
    """
    if names.intake not in trace.queues:
        return trace
    behind = router.sources[names.stamps].bindings if names.stamps in router.sources else ()
    possible = {*trace.maybe, *(one.destination for one in behind if not one.to_exchange)}
    possible -= {*trace.queues, names.stuck}
    queues = tuple(name for name in trace.queues if name != names.intake)
    return replace(trace, queues=queues, maybe=tuple(sorted(possible)))
