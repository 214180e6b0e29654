"""CloudEvents over HTTP, as the HTTP protocol binding of CloudEvents 1.0 has them, to what is published."""

from collections.abc import Mapping
from urllib.parse import unquote

from edatool.contracts.payload import encode, parse
from edatool.contracts.violation import Violation
from edatool.frozen import frozen
from edatool.runtime.cloudevents import unwrapped

BATCH = "application/cloudevents-batch+json"
_PREFIX = "ce-"
_NONE = Violation("", "a CloudEvent has specversion 1.0, and the strings id, source and type")


@frozen
class Posted:
    """One event that was posted: its name, the JSON text to publish, and the id of its message, if it has one."""

    event: str
    text: bytes
    message_id: str | None = None


def is_binary(headers: Mapping[str, str]) -> bool:
    """Whether the attributes of a CloudEvent are in headers."""
    return "ce-specversion" in headers


def in_binary(headers: Mapping[str, str], body: bytes) -> object:
    """Return the JSON value of structured mode for an event in binary mode, a Violation where its data is no JSON."""
    data = parse(body)
    if isinstance(data, Violation):
        return data
    own = {name.removeprefix(_PREFIX): unquote(value) for name, value in headers.items() if name.startswith(_PREFIX)}
    return {**own, "datacontenttype": "application/json", "data": data}


def posted(value: object, enveloped: Mapping[str, bool]) -> Posted | Violation:
    """Return what is published of an event in structured mode.

    ``enveloped`` has, for each event of the spec, whether it is published as a CloudEvent: then its attributes go
    along, else only its data and its id do. The names of others are returned as they are.
    """
    if isinstance(value, Violation):
        return value
    found = unwrapped(value)
    if not isinstance(found, tuple):
        return found or _NONE
    own, data = found
    name, identifier = str(own["type"]), str(own["id"])
    text = encode(value if enveloped.get(name) else data)
    return text if isinstance(text, Violation) else Posted(name, text, identifier)
