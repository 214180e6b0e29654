"""What a declared binding stands for on the broker, its filter aside."""

from collections.abc import Iterator

from edatool.routing.exchange_types.exchange_type import ExchangeType
from edatool.routing.exchange_types.topic import pattern_of
from edatool.routing.exchange_types.types import type_named
from edatool.routing.topology import Binding
from edatool.spec import spec as declared
from edatool.spec.spec import Spec
from edatool.spec.template import Template

BUILT_IN = {
    "amq.direct": "direct",
    "amq.fanout": "fanout",
    "amq.topic": "topic",
    "amq.headers": "headers",
    "amq.match": "headers",
}
"""The exchanges that every vhost has, with their types (AMQP 0-9-1, section 3.1.3, and RabbitMQ)."""


def exchange_type(spec: Spec, name: str) -> str | None:
    """Return the type by whose rules a declared or built-in exchange routes, None where there is no such exchange."""
    exchange = spec.exchanges.get(name)
    return exchange.routes_as if exchange else BUILT_IN.get(name)


def type_of(spec: Spec, name: str) -> ExchangeType:
    """Return how an exchange routes; of one that is not there nothing is known."""
    return type_named(exchange_type(spec, name) or "")


def bindings_of(spec: Spec, one: declared.SpecBinding) -> Iterator[Binding]:
    """Yield the bindings that one declared binding stands for."""
    to_exchange = one.to_exchange is not None
    if one.exchange is not None:
        for key in one.keys or ("",):
            yield Binding(one.exchange, one.destination, to_exchange, key, {**one.headers, **one.arguments})
        return
    for name in one.events:
        event = spec.events[name]
        kind = exchange_type(spec, event.exchange)
        yield Binding(event.exchange, one.destination, to_exchange, event_key(event.key, kind or ""))


def event_key(key: Template, exchange_type: str) -> str:
    """Return the binding key that receives all messages of an event, whatever its payload says."""
    by_type = type_named(exchange_type).event_key
    return by_type(key) if by_type else pattern_of(key)
