"""A delayed exchange does not say by which type's rules it routes.

The plugin for delayed messages needs the argument `x-delayed-type`, and refuses the exchange without it. From
RabbitMQ 4.3 on there is no such plugin (`edatool explain W228`).

Bad:

    edatool: 1
    name: shop
    exchanges:
      reminders: {type: x-delayed-message}

    $ edatool validate
    routes.yaml:4:15: W228 RabbitMQ 4.3 does not know exchanges of type x-delayed-message: the plugin rabbitmq_delayed_message_exchange does not run on 4.3 and later, so let messages wait in a queue with message_ttl and dead_letter
    routes.yaml:4:21: E228 the delayed exchange 'reminders' does not say by which type's rules it routes: write arguments: {x-delayed-type: topic}, or direct, fanout or headers

Good:

    edatool: 1
    name: shop
    exchanges:
      reminders: {type: x-delayed-message, arguments: {x-delayed-type: topic}}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.rabbitmq.exchange_types import DELAYED, DELAYED_TYPE


def find(subject: Subject) -> Found:
    for exchange in subject.spec.exchanges.values():
        if exchange.type == DELAYED and exchange.routes_as == DELAYED:
            way_out = f"write arguments: {{{DELAYED_TYPE}: topic}}, or direct, fanout or headers"
            message = f"the delayed exchange {exchange.name!r} does not say by which type's rules it routes: {way_out}"
            yield at("exchanges", exchange.name, "type"), message
