"""An event has no summary.

Nobody but its producer knows what happened when it is published. Give it a `summary`, one sentence. Off by default.

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
      severity: {undocumented-event: warning}

    $ edatool validate
    routes.yaml:6:3: W327 nobody says what 'order.placed' tells: give it a summary

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, summary: A customer submitted an order.}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {undocumented-event: warning}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        if not event.summary:
            yield at_key("events", event.name), f"nobody says what {event.name!r} tells: give it a summary"
