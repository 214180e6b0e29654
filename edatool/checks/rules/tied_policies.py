"""Two policies of one priority match the same queue or exchange.

RabbitMQ applies one of them, and which one is a matter of luck; so nothing can be said of the routing either. Give them
different priorities, or patterns that match different names.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    policies:
      bounded: {pattern: "^orders$", apply_to: queues, definition: {max-length: 1000}}
      short-lived: {pattern: "^ord", apply_to: queues, definition: {message-ttl: 60000}}

    $ edatool validate
    routes.yaml:7:3: W215 'bounded' and 'short-lived' both match 'orders' with priority 0, and RabbitMQ applies either of them: give them different priorities

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    policies:
      bounded: {pattern: "^orders$", apply_to: queues, priority: 1, definition: {max-length: 1000, message-ttl: 60000}}
      short-lived: {pattern: "^order-", apply_to: queues, definition: {message-ttl: 60000}}
"""

from itertools import pairwise

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.routing.topology import Exchange, Queue


def find(routed: Routed) -> Found:
    router, topology = routed.router, routed.router.topology
    objects: list[Exchange | Queue] = [*topology.exchanges.values(), *topology.queues.values()]
    for section, policies in (("policies", router.policies), ("operator_policies", router.operators)):
        told = set()
        for one in objects:
            for first, other in pairwise(effective.strongest_on(one, policies)):
                pair = (first.name, other.name)
                if first.definition != other.definition and pair not in told:
                    told.add(pair)
                    yield at_key(section, other.name), _said(*pair, one.name, other.priority)


def _said(first: str, other: str, on: str, priority: int) -> str:
    both = f"{first!r} and {other!r} both match {on!r} with priority {priority}"
    return f"{both}, and RabbitMQ applies either of them: give them different priorities"
