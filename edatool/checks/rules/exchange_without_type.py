"""An exchange has no type.

RabbitMQ has no default for it. A `topic` exchange suits most events; `defaults: {exchange: {type: topic}}` says it
for all.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {durable: true}

    $ edatool validate
    routes.yaml:4:3: E208 the exchange 'events' has no type: write type: topic, direct, fanout or headers

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for exchange in subject.spec.exchanges.values():
        if not exchange.type:
            message = f"the exchange {exchange.name!r} has no type: write type: topic, direct, fanout or headers"
            yield at_key("exchanges", exchange.name), message
