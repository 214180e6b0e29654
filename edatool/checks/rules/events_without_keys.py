"""A binding by events to an exchange whose type routes by other things than keys.

On a direct exchange the key must be fixed, for a direct exchange has no wildcards.
"""

from edatool.checks.bound_events import bound_events
from edatool.checks.found import Found, at
from edatool.checks.subject import Subject

_BY_EVENT = ("topic", "direct", "fanout")


def find(subject: Subject) -> Found:
    for one, event, index in bound_events(subject):
        kind = subject.exchange_type(event.exchange)
        path = (*one.path, "events", index)
        if kind is not None and kind not in _BY_EVENT:
            message = (
                f"{event.name!r} is published to {event.exchange!r}, a {kind} exchange, where keys do not select events"
            )
            yield at(*path), f"{message}: bind by exchange"
        elif kind == "direct" and event.key.fields:
            message = (
                f"the key of {event.name!r} has fields, and {event.exchange!r} is a direct exchange without wildcards"
            )
            yield at(*path), f"{message}: bind by exchange and keys"
