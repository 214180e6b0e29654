"""A binding names an event, exchange or queue that is not declared.

RabbitMQ refuses a binding whose source or destination is not there. Declare it, or correct the name.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: order, exchange: amq.topic, key: order.placed}

    $ edatool validate
    routes.yaml:6:13: E204 the queue 'order' is not declared: did you mean 'orders'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_event, undeclared_exchange, undeclared_queue


def find(subject: Subject) -> Found:
    for one in subject.spec.bindings:
        for index, name in enumerate(one.events):
            yield from undeclared_event(subject, name, *one.path, "events", index)
        for key, exchange in (("exchange", one.exchange), ("to_exchange", one.to_exchange)):
            if exchange:
                yield from undeclared_exchange(subject, exchange, *one.path, key)
        if one.queue:
            yield from undeclared_queue(subject, one.queue, subject.spec.queues, *one.path, "queue")
