"""An exchange without a type, which RabbitMQ refuses."""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for exchange in subject.spec.exchanges.values():
        if not exchange.type:
            message = f"the exchange {exchange.name!r} has no type: write type: topic, direct, fanout or headers"
            yield at_key("exchanges", exchange.name), message
