"""A trigger names a queue that is not declared.

A trigger takes the messages of a queue that the spec declares, or names events and has a queue of its own.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    triggers:
      ship: {queue: order, run: [ship-order]}

    $ edatool validate
    routes.yaml:6:17: E251 the queue 'order' is not declared: did you mean 'orders'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    triggers:
      ship: {queue: orders, run: [ship-order]}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_queue


def find(subject: Subject) -> Found:
    for one in subject.spec.triggers.values():
        yield from undeclared_queue(subject, one.queue, subject.spec.queues, "triggers", one.name, "queue")
