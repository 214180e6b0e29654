"""An event is published to an exchange that is not declared."""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_exchange
from edatool.spec.shape import shown


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        if not event.exchange:
            message = f"the event {shown(event.name)} has no exchange: name the one it is published to"
            yield at_key("events", event.name), message
        else:
            yield from undeclared_exchange(subject, event.exchange, "events", event.name, "exchange")
