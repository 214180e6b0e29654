"""An event is published to an internal exchange.

RabbitMQ refuses what clients publish to an internal exchange. Publish to one from which a binding leads there.

Bad:

    edatool: 1
    name: shop
    exchanges:
      inside: {type: topic, internal: true}
    events:
      order.placed: {exchange: inside}

    $ edatool validate
    routes.yaml:6:28: E245 'inside' is internal and refuses publishes: publish to one that is bound to it

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
      inside: {type: topic, internal: true}
    queues:
      orders: {}
    events:
      order.placed: {exchange: events}
    bindings:
      - {to_exchange: inside, exchange: events, key: "order.#"}
      - {queue: orders, exchange: inside, key: "order.#"}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        exchange = subject.spec.exchanges.get(event.exchange)
        if exchange and exchange.internal:
            message = f"{exchange.name!r} is internal and refuses publishes: publish to one that is bound to it"
            yield at("events", event.name, "exchange"), message
