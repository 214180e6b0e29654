"""Which declared events may come to which queue."""

from collections.abc import Mapping

from edatool.contracts.contract import Contract
from edatool.routing.compile import without_filters
from edatool.routing.reach.flow import flow_of
from edatool.routing.reach.spread import Spread, targets
from edatool.routing.reach.words import Made
from edatool.routing.router import router
from edatool.spec.spec import Spec


def events_of_queues(spec: Spec, contracts: Mapping[str, Contract], *, bound: bool = False) -> dict[str, list[str]]:
    """Return the names of events by declared queue.

    ``bound``: only those that bindings bring, and no other that comes by the death of messages elsewhere, or
    as an exchange has nothing else for it.

    Filters are left out: they hold some messages of an event back, and hardly ever all.
    """
    laid_out = router(without_filters(spec))
    comes_to: dict[str, list[str]] = {name: [] for name in spec.queues}
    dead_letters, made = {} if bound else targets(laid_out, spec), Made()
    for event in spec.events.values():
        spread = Spread(laid_out, dead_letters, not bound)
        spread.add([(event.exchange, flow_of(event, contracts.get(event.schema or ""), made))])
        for name in spread.queues:
            if name in comes_to:
                comes_to[name].append(event.name)
    return comes_to
