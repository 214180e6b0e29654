"""A producer may send an event that is not declared.

It could never send it. Correct the name, or declare the event.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic}
    queues:
      orders: {}
    bindings:
      - {queue: orders, events: [order.placed]}
    producers:
      storefront: {events: [order.place], certificate: CN=storefront}

    $ edatool validate
    routes.yaml:10:25: E521 the event 'order.place' is not declared: did you mean 'order.placed'?

Good:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic}
    queues:
      orders: {}
    bindings:
      - {queue: orders, events: [order.placed]}
    producers:
      storefront: {events: [order.placed], certificate: CN=storefront}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_event


def find(subject: Subject) -> Found:
    for producer in subject.spec.producers.values():
        for index, event in enumerate(producer.events):
            yield from undeclared_event(subject, event, "producers", producer.name, "events", index)
