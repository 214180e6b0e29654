"""A delivery names a queue that is not declared.

It takes its events out of a queue of the spec. Correct the name, or declare the queue.

Bad:

    edatool: 1
    name: shop
    queues:
      partner: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    deliveries:
      acme: {queue: partners, to: "https://acme.example/orders"}

    $ edatool validate
    routes.yaml:7:17: E531 the queue 'partners' is not declared: did you mean 'partner'?

Good:

    edatool: 1
    name: shop
    queues:
      partner: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    deliveries:
      acme: {queue: partner, to: "https://acme.example/orders"}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_queue


def find(subject: Subject) -> Found:
    for one in subject.spec.deliveries.values():
        yield from undeclared_queue(subject, one.queue, subject.spec.queues, "deliveries", one.name, "queue")
