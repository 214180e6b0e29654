"""The key of an event holds `*` or `#` as a word.

These are wildcards in the key of a binding. In that of a message they are ordinary words, which wildcards match and
nothing else is likely to. Write words, or fields in braces.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, key: order.*.placed}

    $ edatool validate
    routes.yaml:4:44: E244 * and # are wildcards of bindings, and this is the key of a message: use words or {fields}

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: order.eu.placed}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.*.placed}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        literal = "".join(part if isinstance(part, str) else "{}" for part in event.key.parts)
        if subject.type_of(event.exchange).wildcards and {"*", "#"} & set(literal.split(".")):
            message = "* and # are wildcards of bindings, and this is the key of a message: use words or {fields}"
            yield at("events", event.name, "key"), message
