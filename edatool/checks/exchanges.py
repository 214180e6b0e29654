"""Exchanges that RabbitMQ refuses for their type."""

from edatool.checks.subject import Findings, Subject
from edatool.spec.exchange_types import DELAYED, DELAYED_TYPE

BUILT_IN_TYPES = ("topic", "direct", "fanout", "headers")


def mistyped(subject: Subject) -> Findings:
    """E207: an exchange of a type that RabbitMQ has not, and that is nearly the name of one it has."""
    for exchange in subject.spec.exchanges.values():
        if exchange.type and exchange.type not in BUILT_IN_TYPES and not exchange.type.startswith("x-"):
            near = subject.nearest.to(exchange.type.strip().lower(), BUILT_IN_TYPES)
            if near:
                message = f"RabbitMQ has no exchange type {exchange.type!r}: did you mean {near}?"
                yield subject.finding("E207", message, "exchanges", exchange.name, "type")


def untyped(subject: Subject) -> Findings:
    """E208: an exchange without a type, which RabbitMQ refuses."""
    for exchange in subject.spec.exchanges.values():
        if not exchange.type:
            message = f"the exchange {exchange.name!r} has no type: write type: topic, direct, fanout or headers"
            yield subject.about_key("E208", message, "exchanges", exchange.name)


def delayed(subject: Subject) -> Findings:
    """E228: a delayed exchange that does not say by which type's rules it routes; the plugin refuses it."""
    for exchange in subject.spec.exchanges.values():
        if exchange.type == DELAYED and exchange.routes_as == DELAYED:
            way_out = f"write arguments: {{{DELAYED_TYPE}: topic}}, or direct, fanout or headers"
            message = f"the delayed exchange {exchange.name!r} does not say by which type's rules it routes: {way_out}"
            yield subject.finding("E228", message, "exchanges", exchange.name, "type")
