"""A filter stands behind an exchange that picks among its destinations.

Nobody can tell beforehand which messages come there, so the filter cannot be carried out exactly. Filter before that
exchange, or bind without a filter.

Bad:

    edatool: 1
    name: shop
    exchanges:
      shards: {type: x-consistent-hash}
      orders: {type: topic}
    queues:
      big-orders: {}
    bindings:
      - {to_exchange: orders, exchange: shards, key: "1"}
      - {queue: big-orders, exchange: orders, key: "#", filter: {data.total: [{numeric: [">=", 100]}]}}
    router:
      dead_letter: {exchange: "", key: big-orders}

    $ edatool validate
    routes.yaml:10:61: E297 messages come here by the exchange 'shards' of type x-consistent-hash, and where it sends them cannot be known: filter before it, or bind without a filter

Good:

    edatool: 1
    name: shop
    exchanges:
      orders: {type: topic}
    queues:
      big-orders: {}
    bindings:
      - {queue: big-orders, exchange: orders, key: "#", filter: {data.total: [{numeric: [">=", 100]}]}}
    router:
      dead_letter: {exchange: "", key: big-orders}
"""

from collections.abc import Iterator

from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at
from edatool.routing.bindings import bindings_of
from edatool.routing.router import Router


def find(filtered: Filtered) -> Found:
    subject, whole = filtered.routed.subject, filtered.routed.router
    if all(one.type.decided for one in whole.sources.values()):
        return
    for one in filtered.filtering.stamped:
        sources = {each.source for each in bindings_of(subject.spec, one.binding)}
        picking = [name for name in _leading_to(whole, sources) if not whole.sources[name].type.decided]
        if picking:
            kind = whole.sources[picking[0]].exchange.routes_as
            message = (
                f"messages come here by the exchange {picking[0]!r} of type {kind}, and where it sends them cannot"
            )
            message += " be known: filter before it, or bind without a filter"
            yield at(*one.binding.path, "filter"), message


def _leading_to(whole: Router, exchanges: set[str]) -> Iterator[str]:
    """Yield exchanges, and all from which messages may come to them."""
    ways = {(one.source, one.destination) for one in whole.topology.bindings.values() if one.to_exchange}
    ways |= {(name, one.alternate) for name, one in whole.sources.items() if one.alternate}
    found: set[str] = set()
    waiting = {name for name in exchanges if name in whole.sources}
    while waiting:
        found |= waiting
        waiting = {source for source, destination in ways if destination in waiting and source in whole.sources} - found
    yield from sorted(found)
