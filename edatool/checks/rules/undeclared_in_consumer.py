"""A consumer reads a queue that is not declared.

It could not begin. Correct the name, or declare the queue; one that belongs to others is `external: true`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: oders}

    $ edatool validate
    routes.yaml:9:26: E501 the queue 'oders' is not declared: did you mean 'orders'?

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

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_queue


def find(subject: Subject) -> Found:
    known = subject.topology_queues
    for consumer in subject.spec.consumers.values():
        for index, queue in enumerate(consumer.queues):
            yield from undeclared_queue(subject, queue, known, *subject.queue_path(consumer, index))
