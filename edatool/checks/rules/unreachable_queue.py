"""Neither a declared event nor a dead letter can reach a queue.

Whoever consumes from it waits for ever. Bind it, declare the event that it waits for, or remove it. A queue with a
binding that no event can match is left to `edatool explain W263`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
      invoices: {}
    events:
      order.placed: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [order.placed]}

    $ edatool validate
    routes.yaml:5:3: W262 no declared event and no dead letter can reach the queue 'invoices': bind it, or remove it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
      invoices: {}
    events:
      order.placed: {exchange: amq.topic}
      order.paid: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [order.placed]}
      - {queue: invoices, events: [order.paid]}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.checks.unmatched_bindings import unmatched_bindings


def find(routed: Routed) -> Found:
    if not routed.subject.spec.events:
        return
    explained = {binding.destination for binding, _ in unmatched_bindings(routed) if not binding.to_exchange}
    for name, queue in routed.subject.spec.queues.items():
        if not queue.external and name not in routed.spread.queues and name not in explained:
            message = f"no declared event and no dead letter can reach the queue {name!r}: bind it, or remove it"
            yield at_key("queues", name), message
