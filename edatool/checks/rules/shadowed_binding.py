"""Whatever a topic binding matches, another one to the same destination matches too.

Removing it would change nothing, and its key suggests that it does. Keep one of them.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, keys: ["order.#", order.placed]}

    $ edatool validate
    routes.yaml:6:60: W264 amq.topic -> queue orders [order.placed] adds nothing to the key 'order.#' of the same destination: keep one of them

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: "order.#"}
"""

from collections.abc import Iterator

from edatool.checks.found import Found, at
from edatool.checks.routed import Routed
from edatool.routing.exchange_types.exchange_type import Contains
from edatool.routing.topology import Binding


def find(routed: Routed) -> Found:
    for binding, other in _shadowed(routed):
        origin = routed.origin(binding)
        if origin:
            message = f"{binding} adds nothing to the key {other.key!r} of the same destination: keep one of them"
            yield at(*origin.path), message


def _shadowed(routed: Routed) -> Iterator[tuple[Binding, Binding]]:
    """Yield bindings with the first one that shadows them; of two that match the same, the later."""
    for contained, group in _groups(routed):
        unfiltered = [one for one in group if not _filtered(routed, one)]
        places = {id(one): place for place, one in enumerate(group)}
        wider = {id(one): (one, others) for one, others in contained(group, unfiltered)}
        for one, others in wider.values():
            for other in others:
                same = any(each is one for each in wider.get(id(other), (other, []))[1])
                if not same or places[id(other)] < places[id(one)]:
                    yield one, other
                    break


def _groups(routed: Routed) -> Iterator[tuple[Contains, list[Binding]]]:
    """Yield the bindings of exchanges with patterns that have one destination, where these are several."""
    for source in routed.router.sources.values():
        contained = source.type.contained if source.type.wildcards else None
        groups: dict[tuple[bool, str], list[Binding]] = {}
        for one in source.bindings if contained else ():
            groups.setdefault((one.to_exchange, one.destination), []).append(one)
        yield from ((contained, group) for group in groups.values() if contained and len(group) > 1)


def _filtered(routed: Routed, binding: Binding) -> bool:
    origin = routed.origin(binding)
    return origin is not None and origin.filtered
