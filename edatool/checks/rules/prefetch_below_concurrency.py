"""The broker sends fewer messages ahead than the consumer could handle at once.

The rest of its workers never get anything. Leave `prefetch` out, or let it be a few times `concurrency`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders, concurrency: 8, prefetch: 4}

    $ edatool validate
    routes.yaml:9:60: E503 'order-service' handles 8 events at once, and has 4 sent ahead: let prefetch be at least concurrency, or leave it out

Good:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders, concurrency: 8}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for one in subject.spec.consumers.values():
        if one.prefetch is not None and one.prefetch < (one.concurrency or 1):
            way_out = "let prefetch be at least concurrency, or leave it out"
            message = (
                f"{one.name!r} handles {one.concurrency} events at once, and has {one.prefetch} sent ahead: {way_out}"
            )
            yield at("consumers", one.name, "prefetch"), message
