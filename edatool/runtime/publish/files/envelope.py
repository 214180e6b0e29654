"""Which event a line is, and what of it is the payload."""

from collections.abc import Callable, Container

from edatool.contracts.payload import encode, parse
from edatool.contracts.violation import Violation

Opened = tuple[str, bytes | Violation]
Open = Callable[[bytes], Opened]


def always(event: str) -> Open:
    """Take each line as the payload of one event."""
    return lambda text: (event, text)


def by_fields(events: Container[str], event_field: str, payload_field: str | None) -> Open:
    """Take each line as an object, of which one field names one of ``events``, and another holds the payload.

    Without ``payload_field`` the whole line is the payload, as it stands.
    """

    def opened(text: bytes) -> Opened:
        value = parse(text)
        if isinstance(value, Violation):
            return "", value
        event = value.get(event_field) if isinstance(value, dict) else None
        if isinstance(value, dict) and event_field not in value:
            return "", Violation("", f"the field {event_field!r} is missing, which has to name an event of the spec")
        if not isinstance(event, str) or event not in events:
            named = event if isinstance(event, str) else ""
            return named, Violation(f"/{event_field}", f"it has to name an event of the spec, not {event!r:.60}")
        if payload_field is None:
            return event, text
        assert isinstance(value, dict)
        if payload_field not in value:
            return event, Violation("", f"the payload is missing: it is expected under {payload_field!r}")
        return event, encode(value[payload_field])

    return opened
