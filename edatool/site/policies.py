"""Which declared policies fit which queues and exchanges."""

from collections.abc import Iterator
from typing import Literal

from edatool.routes import Routes
from edatool.routing.effective import Policies, matching
from edatool.routing.topology import Exchange, Queue
from edatool.site.addresses import Subject

PolicyKind = Literal["policy", "operator policy"]


def policies_on(routes: Routes) -> dict[tuple[PolicyKind, Subject], tuple[str, ...]]:
    """Return the policies that fit each declared queue and exchange, the strongest first: it alone counts."""
    of_kind: dict[PolicyKind, Policies] = {"policy": routes.router.policies, "operator policy": routes.router.operators}
    return {
        (kind, subject): tuple(one.name for one in found)
        for kind, policies in of_kind.items()
        for subject, one in _declared(routes)
        if (found := matching(one, policies))
    }


def _declared(routes: Routes) -> Iterator[tuple[Subject, Exchange | Queue]]:
    yield from ((("exchange", name), routes.topology.exchanges[name]) for name in routes.spec.exchanges)
    yield from ((("queue", name), routes.topology.queues[name]) for name in routes.spec.queues)
