"""The dead letters of a queue reach no queue.

They are lost where they are meant to be kept. It is decided where the queue says their key, or where nothing at all
leads on from the exchange. What `by_error` sends there is not lost, and stays with its consumer, which sends it again and
again. Bind a queue there.

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

from collections.abc import Iterator

from edatool.checks.found import Found, at
from edatool.checks.leading_to_queues import leading_to_queues
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.routing.effective import DeadLetters
from edatool.routing.exchange_types.types import type_named
from edatool.routing.message import Letter
from edatool.routing.router import Router
from edatool.routing.simulate import deliver
from edatool.spec.spec import DeadLetterTarget
from edatool.spec.yaml_document import Path


def find(routed: Routed) -> Found:
    leading = leading_to_queues(routed.router)
    for path, target in _targets(routed):
        if _reaches_none(routed.router, target, leading):
            key = "" if target.key is None else f" with the key {target.key!r}"
            way_out = _way_out(routed.router, target)
            message = f"dead letters of {path[1]!r} reach no queue from exchange {target.exchange!r}{key}: {way_out}"
            yield at(*path), message


def _targets(routed: Routed) -> Iterator[tuple[Path, DeadLetters | DeadLetterTarget]]:
    for queue in routed.subject.spec.queues.values():
        path, held = ("queues", queue.name, "dead_letter"), routed.router.topology.queues[queue.name]
        if target := effective.dead_letters(held, routed.router.policies):
            yield path, target
        by_error = queue.dead_letter.by_error if queue.dead_letter else {}
        yield from (((*path, "by_error", error), to) for error, to in by_error.items())


def _reaches_none(router: Router, target: DeadLetters | DeadLetterTarget, leading: set[str]) -> bool:
    if target.exchange and target.exchange not in leading:
        return True
    if target.key is None:
        return False
    trace = deliver(router, Letter(target.exchange, (target.key,), {}))
    # What headers a dead letter has is not known, so where bindings ask for them nothing is.
    by_headers = any(type_named(hop.type).reads_headers and router.sources[hop.exchange].bindings for hop in trace.hops)
    return trace.unroutable and not by_headers


def _way_out(router: Router, target: DeadLetters | DeadLetterTarget) -> str:
    if not target.exchange:
        return "let the key name a queue"
    return "bind a queue there for them" if target.exchange in router.sources else "declare the exchange"
