"""A delayed exchange that does not say by which type's rules it routes; the plugin refuses it."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.exchange_types import DELAYED, DELAYED_TYPE


def find(subject: Subject) -> Found:
    for exchange in subject.spec.exchanges.values():
        if exchange.type == DELAYED and exchange.routes_as == DELAYED:
            way_out = f"write arguments: {{{DELAYED_TYPE}: topic}}, or direct, fanout or headers"
            message = f"the delayed exchange {exchange.name!r} does not say by which type's rules it routes: {way_out}"
            yield at("exchanges", exchange.name, "type"), message
