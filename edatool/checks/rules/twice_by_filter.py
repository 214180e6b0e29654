"""A filter stands in front of an exchange that leads to a queue which gets messages on other ways as well.

What `edatool router` sends through the filter would come there a second time. Bind the queue behind the filter only,
or put the filter at the queue's own binding.

Bad:

    edatool: 1
    name: shop
    exchanges:
      orders: {type: topic}
      big-orders: {type: topic}
    queues:
      audit: {}
    bindings:
      - {to_exchange: big-orders, exchange: orders, key: "#", filter: {data.total: [{numeric: [">=", 100]}]}}
      - {queue: audit, exchange: big-orders, key: "#"}
      - {queue: audit, exchange: orders, key: order.cancelled}
    router:
      dead_letter: {exchange: "", key: audit}

    $ edatool validate
    routes.yaml:9:67: E298 the queue 'audit' behind 'big-orders' also gets messages without this filter, and some would come twice: bind it there only, or put the filter at the queue's own binding

Good:

    edatool: 1
    name: shop
    exchanges:
      orders: {type: topic}
    queues:
      audit: {}
    bindings:
      - {queue: audit, exchange: orders, key: "order.placed", filter: {data.total: [{numeric: [">=", 100]}]}}
      - {queue: audit, exchange: orders, key: order.cancelled}
    router:
      dead_letter: {exchange: "", key: audit}
"""

from collections.abc import Collection

from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at
from edatool.routing.bindings import bindings_of
from edatool.routing.lowering.lowering import Stamped
from edatool.routing.topology import Binding, Topology
from edatool.spec.spec import Spec


def find(filtered: Filtered) -> Found:
    subject, whole = filtered.routed.subject, filtered.routed.router
    for one in filtered.filtering.stamped:
        if one.binding.to_exchange is None:
            continue
        sources = {each.source for each in bindings_of(subject.spec, one.binding)}
        behind = _queues_from({one.binding.to_exchange}, whole.topology.bindings.values())
        others = _queues_from(sources, _others(subject.spec, whole.topology, one))
        if both := sorted(behind & others):
            message = (
                f"the queue {both[0]!r} behind {one.binding.to_exchange!r} also gets messages without this filter, "
            )
            message += "and some would come twice: bind it there only, or put the filter at the queue's own binding"
            yield at(*one.binding.path, "filter"), message


def _others(spec: Spec, whole: Topology, one: Stamped) -> list[Binding]:
    """Return the bindings that are not there for a filter."""
    own = {each.identity for each in bindings_of(spec, one.binding)}
    return [each for identity, each in whole.bindings.items() if identity not in own]


def _queues_from(exchanges: set[str], bindings: Collection[Binding]) -> set[str]:
    """Return the queues to which messages may come from exchanges, whatever their keys."""
    found: set[str] = set()
    waiting = set(exchanges)
    while waiting:
        found |= waiting
        waiting = {one.destination for one in bindings if one.to_exchange and one.source in waiting} - found
    return {one.destination for one in bindings if not one.to_exchange and one.source in found}
