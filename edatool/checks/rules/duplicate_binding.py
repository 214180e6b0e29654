"""Two bindings are one on the broker.

Removing one of them would change nothing, to the surprise of whoever does. Keep one.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, keys: [order.placed, order.paid]}
      - {queue: orders, exchange: amq.topic, key: order.paid}

    $ edatool validate
    routes.yaml:7:5: W236 amq.topic -> queue orders [order.paid] is bound in routes.yaml:6:5 already: keep one

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, keys: [order.placed, order.paid]}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.routing.bindings import bindings_of
from edatool.spec.spec import SpecBinding


def find(subject: Subject) -> Found:
    first: dict[object, SpecBinding] = {}
    for one in subject.spec.bindings:
        if any(subject.spec.events.get(name) is None for name in one.events):
            continue
        if any(subject.exchange_type(subject.spec.events[name].exchange) is None for name in one.events):
            continue
        for binding in bindings_of(subject.spec, one):
            before = first.setdefault(binding.identity, one)
            if before is not one and before.filter == one.filter:
                there = subject.spec.where(*before.path)
                yield at(*one.path), f"{binding} is bound in {there} already: keep one"
