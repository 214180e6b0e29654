"""A binding to a topic or direct exchange says no key.

It would get messages with an empty key only, which hardly anybody publishes. Say `key`, `keys` or `events`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic}

    $ edatool validate
    routes.yaml:6:31: E235 'amq.topic' routes by key: say key, keys or events

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: "order.#"}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for one in subject.spec.bindings:
        # Of headers another rule says that they are not looked at.
        if one.exchange and not one.keys and not one.headers and subject.type_of(one.exchange).matches_key:
            message = f"{one.exchange!r} routes by key: say key, keys or events"
            yield at(*one.path, "exchange"), message
