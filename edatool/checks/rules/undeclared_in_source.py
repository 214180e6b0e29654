"""A source of webhooks makes an event of a request that the spec does not declare.

Correct the name, or declare the event. What the gateway is to take and do nothing with is `otherwise: ignore`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      payment.settled: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [payment.settled]}
    sources:
      bank: {signature: {style: stripe, secrets: [{env: BANK_SECRET}]}, event: payment.setled}

    $ edatool validate
    routes.yaml:10:76: E511 the event 'payment.setled' is not declared: did you mean 'payment.settled'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      payment.settled: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [payment.settled]}
    sources:
      bank: {signature: {style: stripe, secrets: [{env: BANK_SECRET}]}, event: payment.settled}
"""

from edatool.checks.found import Found
from edatool.checks.source_places import event_path
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_event


def find(subject: Subject) -> Found:
    for source in subject.spec.sources.values():
        for value, one in source.events.items():
            yield from undeclared_event(subject, one.event, *event_path(subject, source, value))
        if source.otherwise:
            yield from undeclared_event(subject, source.otherwise.event, *event_path(subject, source, None))
