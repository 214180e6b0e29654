"""A delivery names a queue or an event that is not declared.

It takes its events out of a queue of the spec, and what the endpoint answers may become an event of it. Correct the name,
or declare the queue or event.

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
from edatool.checks.undeclared import undeclared_event, undeclared_queue


def find(subject: Subject) -> Found:
    for one in subject.spec.deliveries.values():
        yield from undeclared_queue(subject, one.queue, subject.spec.queues, "deliveries", one.name, "queue")
        if one.answer:
            yield from undeclared_event(subject, one.answer.event, "deliveries", one.name, "answer", "event")
