"""The name of a header, or of the producer, has over 255 bytes.

That is the length of a short string in AMQP 0-9-1, counted in bytes of UTF-8: `é` counts twice. Shorten it.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, producer: the-team-whose-name-does-not-fit-into-a-property-of-a-message-the-team-whose-name-does-not-fit-into-a-property-of-a-message-the-team-whose-name-does-not-fit-into-a-property-of-a-message-the-team-whose-name-does-not-fit-into-a-property-of-a-message-whatever}

    $ edatool validate
    routes.yaml:4:49: E312 the producer 'the-team-whose-name-does-not-fit-into'... is over 255 bytes: shorten the name

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, producer: storefront}
    bindings:
      - {queue: orders, events: [order.placed]}
"""

from edatool.checks.found import Found, at, at_key
from edatool.checks.subject import Subject
from edatool.spec.short_string import SHORT_STRING_BYTES, is_short


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        for header in event.headers:
            if not is_short(header):
                message = f"the header {header[:37]!r}... has a name over {SHORT_STRING_BYTES} bytes: shorten it"
                yield at_key("events", event.name, "headers", header), message
        if event.producer and not is_short(event.producer):
            message = f"the producer {event.producer[:37]!r}... is over {SHORT_STRING_BYTES} bytes: shorten the name"
            yield at("events", event.name, "producer"), message
