"""A consumer reads a queue that has no dead letters.

What it gives up, such as a message that is no JSON, would be lost; so a `Consumer` refuses to begin. Give the queue a
`dead_letter`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders}

    $ edatool validate
    routes.yaml:8:26: W506 what 'order-service' gives up would be lost, for 'orders' has no dead letters: give it a dead_letter

Good:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders}
"""

from edatool.checks.found import Found, at
from edatool.checks.routed import Routed
from edatool.routing import effective


def find(routed: Routed) -> Found:
    queues, policies = routed.router.topology.queues, routed.router.policies
    for consumer in routed.subject.spec.consumers.values():
        for index, name in enumerate(consumer.queues):
            queue = queues.get(name)
            if queue and not effective.dead_letters(queue, policies):
                lost = f"what {consumer.name!r} gives up would be lost, for {name!r} has no dead letters"
                yield at(*routed.subject.queue_path(consumer, index)), f"{lost}: give it a dead_letter"
