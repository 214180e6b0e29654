"""An event as a CloudEvent, which actions get."""

from collections.abc import Mapping
from urllib.parse import quote

from edatool.contracts.payload import encode
from edatool.runtime import cloudevents
from edatool.runtime.cloudevents import STRUCTURED, CloudEvent
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.ids import new_id

NAMELESS = "message"
"""The type of what the spec declares no event for."""


def attributes(event: ConsumedEvent) -> dict[str, str]:
    """Return the attributes of CloudEvents 1.0 and some of ours: those that it came with, or such as follow from it.

    Ours are ``queue``, ``exchange``, ``routingkey``, ``attempt`` (1 the first) and, where there is a trace,
    ``traceparent``, which the extension «Distributed Tracing» defines.
    """
    found = _own(event) or {
        "specversion": "1.0",
        "id": event.id or new_id(),
        "source": f"/{quote(event.exchange, safe='')}",
        "type": event.name or NAMELESS,
    }
    ours = {
        "queue": event.queue,
        "exchange": event.exchange,
        "routingkey": event.key,
        "attempt": str(event.attempt),
    }
    return {**found, **ours, **({"traceparent": event.trace} if event.trace else {})}


def payload_text(event: ConsumedEvent) -> bytes:
    """Return the payload as JSON text: as it came, without the envelope of structured mode."""
    if not is_structured(event):
        return event.body
    text = encode(event.payload)
    assert isinstance(text, bytes), "what was parsed can be written"
    return text


def is_structured(event: ConsumedEvent) -> bool:
    """Whether the body is an envelope of CloudEvents."""
    return (event.content_type or "").split(";")[0].strip().lower() == STRUCTURED


def _own(event: ConsumedEvent) -> Mapping[str, str]:
    own = cloudevents.read(event.headers, event.body, event.content_type)
    if not isinstance(own, CloudEvent):
        return {}
    optional = {"time": own.time, "dataschema": own.dataschema, "subject": own.subject}
    extensions = {name: str(value) for name, value in own.extensions.items() if cloudevents.is_name(name)}
    return {
        **extensions,
        "specversion": "1.0",
        "id": own.id,
        "source": own.source,
        "type": own.type,
        **{name: value for name, value in optional.items() if value is not None},
    }
