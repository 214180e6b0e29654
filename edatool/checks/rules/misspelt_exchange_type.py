"""An exchange of a type that RabbitMQ has not, and that is nearly the name of one it has."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject

BUILT_IN_TYPES = ("topic", "direct", "fanout", "headers")


def find(subject: Subject) -> Found:
    for exchange in subject.spec.exchanges.values():
        if exchange.type and exchange.type not in BUILT_IN_TYPES and not exchange.type.startswith("x-"):
            near = subject.nearest.to(exchange.type.strip().lower(), BUILT_IN_TYPES)
            if near:
                message = f"RabbitMQ has no exchange type {exchange.type!r}: did you mean {near}?"
                yield at("exchanges", exchange.name, "type"), message
