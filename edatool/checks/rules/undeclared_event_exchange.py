"""An event is published to an exchange that is not declared.

RabbitMQ closes the channel of a client that publishes to an exchange which is not there, and the event is lost.
Declare the exchange, with `external: true` where others make it, or correct the name.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
    events:
      order.placed: {exchange: evnts}

    $ edatool validate
    routes.yaml:6:28: E201 the exchange 'evnts' is not declared: did you mean 'events'?

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic, alternate: unrouted}
      unrouted: {type: fanout}
    queues:
      unrouted: {}
    bindings:
      - {queue: unrouted, exchange: unrouted}
    events:
      order.placed: {exchange: events}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_exchange
from edatool.spec.shape import shown


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        if not event.exchange:
            message = f"the event {shown(event.name)} has no exchange: name the one it is published to"
            yield at_key("events", event.name), message
        else:
            yield from undeclared_exchange(subject, event.exchange, "events", event.name, "exchange")
