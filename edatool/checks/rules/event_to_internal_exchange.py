"""An event is published to an internal exchange, which refuses publishes."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        exchange = subject.spec.exchanges.get(event.exchange)
        if exchange and exchange.internal:
            message = f"{exchange.name!r} is internal and refuses publishes: publish to one that is bound to it"
            yield at("events", event.name, "exchange"), message
