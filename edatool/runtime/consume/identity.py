"""What tells an event from another, by which an inbox remembers it."""

from functools import reduce
from typing import Any

from edatool.runtime.consume.event import ConsumedEvent
from edatool.spec.consuming import Identity


def identity_of(event: ConsumedEvent, identity: Identity) -> str | None:
    """Return what identifies an event; None where it has none.

    What is read from a payload or a header tells events of one kind apart: the order of a payment that was settled may
    be that of one that was refunded. So the event's name goes before it.
    """
    if identity.kind == "message_id":
        return event.id or None
    value = event.headers.get(identity.header) if identity.kind == "header" else _field(event, identity)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return None
    return f"{event.name} {value}"


def _field(event: ConsumedEvent, identity: Identity) -> object:
    value: Any = event.payload
    try:
        return reduce(lambda one, name: one[name], identity.field.names if identity.field else (), value)
    except (KeyError, TypeError):
        return None
