"""No event can come of a source of webhooks.

Whatever is sent is refused, or ignored. Name an event for each value that is of interest.

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
      bank:
        signature: {style: stripe, secrets: [{env: BANK_SECRET}]}
        event: {by: data.type, events: {}, otherwise: ignore}

    $ edatool validate
    routes.yaml:12:12: W514 no event can come of the source 'bank': name one for a value of data.type

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
      bank:
        signature: {style: stripe, secrets: [{env: BANK_SECRET}]}
        event: {by: data.type, events: {payment_intent.succeeded: payment.settled}, otherwise: ignore}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for name, source in subject.spec.sources.items():
        if source.by and not source.mappings:
            message = f"no event can come of the source {name!r}: name one for a value of {source.by}"
            yield at("sources", name, "event"), message
