"""No declared event, and no dead letter, that can come to an exchange can match a binding of it.

Words of keys are compared one by one: with the text of the template, or the values, types and pattern that the schema
gives a field. Correct the key, declare the event, or remove the binding.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic}
    bindings:
      - {queue: orders, exchange: amq.topic, keys: [order.placed, order.shipped]}

    $ edatool validate
    routes.yaml:8:63: W263 no declared event can match amq.topic -> queue orders [order.shipped]: correct it, declare the event, or remove it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic}
      order.shipped: {exchange: amq.topic}
    bindings:
      - {queue: orders, exchange: amq.topic, keys: [order.placed, order.shipped]}
"""

from edatool.checks.found import Found, at
from edatool.checks.routed import Routed
from edatool.checks.unmatched_bindings import unmatched_bindings


def find(routed: Routed) -> Found:
    for binding, origin in unmatched_bindings(routed):
        message = f"no declared event can match {binding}: correct it, declare the event, or remove it"
        yield at(*origin.path), message
