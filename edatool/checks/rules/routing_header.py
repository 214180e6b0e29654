"""A field is promoted to the header CC or BCC.

RabbitMQ expects lists of further keys there, and closes the channel over a message with any other value; promoted are
strings, integers and booleans. Give the header another name.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, headers: {CC: copy}}

    $ edatool validate
    routes.yaml:4:53: E311 RabbitMQ takes the header CC for a list of further keys, and refuses any other value: rename it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, headers: {copy: copy}}
    bindings:
      - {queue: orders, events: [order.placed]}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        for header in sorted({"CC", "BCC"} & event.headers.keys()):
            message = (
                f"RabbitMQ takes the header {header} for a list of further keys, and refuses any other value: rename it"
            )
            yield at("events", event.name, "headers", header), message
