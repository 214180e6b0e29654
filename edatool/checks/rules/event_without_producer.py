"""An event does not say who publishes it.

Whoever gets a wrong one has nobody to ask, and nobody knows whom a change of its contract concerns. Name the service in
`producer`, or for all events of a file in `defaults`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {event-without-producer: warning}

    $ edatool validate
    routes.yaml:6:3: W711 nobody knows who publishes 'order.placed': name its producer

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, producer: storefront}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {event-without-producer: warning}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        if not event.producer:
            yield at_key("events", event.name), f"nobody knows who publishes {event.name!r}: name its producer"
