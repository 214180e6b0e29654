"""A binding by events is to an exchange whose type routes by other things than keys.

Which events come follows from their keys, and a headers exchange does not look at keys; a direct exchange has no
wildcards for the fields of a key. Bind by `exchange` and what selects there, or publish to a topic exchange.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {type: headers}
    queues:
      orders: {}
    events:
      order.placed: {exchange: events}
    bindings:
      - {queue: orders, events: [order.placed]}

    $ edatool validate
    routes.yaml:10:30: E231 'order.placed' is published to 'events', a headers exchange, where keys do not select events: bind by exchange

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
    queues:
      orders: {}
    events:
      order.placed: {exchange: events}
    bindings:
      - {queue: orders, events: [order.placed]}
"""

from edatool.checks.bound_events import bound_events
from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for one, event, index in bound_events(subject):
        kind = subject.exchange_type(event.exchange)
        routing = subject.type_of(event.exchange)
        path = (*one.path, "events", index)
        # One without a type is an error of its own (exchange-without-type).
        if kind and routing.event_key is None:
            message = (
                f"{event.name!r} is published to {event.exchange!r}, a {kind} exchange, where keys do not select events"
            )
            yield at(*path), f"{message}: bind by exchange"
        elif routing.matches_key and not routing.wildcards and event.key.fields:
            message = (
                f"the key of {event.name!r} has fields, and {event.exchange!r} is a {kind} exchange without wildcards"
            )
            yield at(*path), f"{message}: bind by exchange and keys"
