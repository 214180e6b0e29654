"""The dead letters of a queue reach no queue.

They are lost where they are meant to be kept. It is decided where the queue says their key, or where nothing at all
leads on from the exchange. Bind a queue there.

Bad:

    edatool: 1
    name: shop
    exchanges:
      dead: {type: direct}
    queues:
      orders: {dead_letter: {exchange: dead, key: orders}}

    $ edatool validate
    routes.yaml:6:25: W271 dead letters of 'orders' reach no queue from exchange 'dead' with the key 'orders': bind a queue there for them

Good:

    edatool: 1
    name: shop
    exchanges:
      dead: {type: direct}
    queues:
      orders: {dead_letter: {exchange: dead, key: orders}}
      dead-orders: {}
    bindings:
      - {queue: dead-orders, exchange: dead, key: orders}
"""

from edatool.checks.found import Found, at
from edatool.checks.leading_to_queues import leading_to_queues
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.routing.effective import DeadLetters
from edatool.routing.exchange_types.types import type_named
from edatool.routing.message import Letter
from edatool.routing.router import Router
from edatool.routing.simulate import deliver


def find(routed: Routed) -> Found:
    leading = leading_to_queues(routed.router)
    for name in routed.subject.spec.queues:
        target = effective.dead_letters(routed.router.topology.queues[name], routed.router.policies)
        if target and _reaches_none(routed.router, target, leading):
            key = "" if target.key is None else f" with the key {target.key!r}"
            way_out = _way_out(routed.router, target)
            message = f"dead letters of {name!r} reach no queue from exchange {target.exchange!r}{key}: {way_out}"
            yield at("queues", name, "dead_letter"), message


def _reaches_none(router: Router, target: DeadLetters, leading: set[str]) -> bool:
    if target.exchange and target.exchange not in leading:
        return True
    if target.key is None:
        return False
    trace = deliver(router, Letter(target.exchange, (target.key,), {}))
    # What headers a dead letter has is not known, so where bindings ask for them nothing is.
    by_headers = any(type_named(hop.type).reads_headers and router.sources[hop.exchange].bindings for hop in trace.hops)
    return trace.unroutable and not by_headers


def _way_out(router: Router, target: DeadLetters) -> str:
    if not target.exchange:
        return "let the key name a queue"
    return "bind a queue there for them" if target.exchange in router.sources else "declare the exchange"
