"""CloudEvents 1.0: written around payloads, recognised among them, and read from messages.

Binary mode has the attributes in headers ``ce-id``, ``ce-source`` and so on, and the data as the body. Structured mode
has both in one JSON object of the type ``application/cloudevents+json``. Headers ``cloudEvents:id`` and
``cloudEvents_id``, as AMQP 1.0 has them, are read as well.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import field

from edatool.contracts.payload import encode, parse
from edatool.contracts.violation import Violation
from edatool.frozen import frozen
from edatool.spec.short_string import SHORT_STRING_BYTES
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath

STRUCTURED = "application/cloudevents+json"
_PREFIXES = ("ce-", "cloudEvents:", "cloudEvents_")
_REQUIRED = ("specversion", "id", "source", "type")
_OPTIONAL = ("time", "datacontenttype", "dataschema", "subject")
_KNOWN = frozenset((*_REQUIRED, *_OPTIONAL))
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
"""What no attribute has in it (CloudEvents 1.0, «Type System»)."""
Attributes = dict[str, str | int | bool]


@frozen
class CloudEvent:
    """An event as a consumer reads it; ``data`` is a JSON value, or the bytes of another content type."""

    id: str
    source: str
    type: str
    data: object
    time: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    subject: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


def attributes(event: Event, source: str, dataschema: str | None, payload: object, seconds: float) -> Attributes:
    """Return the attributes of an event that is published now, ``seconds`` since the epoch; all but its id."""
    found: Attributes = {
        "specversion": "1.0",
        "source": source,
        "type": event.name,
        "time": datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="milliseconds"),
        "datacontenttype": "application/json",
    }
    if dataschema:
        found["dataschema"] = dataschema
    subject = _text_at(event.subject, payload) if event.subject else None
    if subject:
        found["subject"] = subject
    return found


def unwrapped(payload: object) -> tuple[Attributes, object] | Violation | None:
    """Take a payload that is a CloudEvent already apart, into its attributes and its data; None for any other."""
    if not isinstance(payload, dict) or payload.get("specversion") != "1.0":
        return None
    if not all(isinstance(payload.get(name), str) and payload[name] for name in _REQUIRED):
        return None
    if "data_base64" in payload:
        return Violation("/data_base64", "a contract is about JSON: put it under data")
    own = {name: value for name, value in payload.items() if name != "data"}
    if len(payload["id"].encode(errors="replace")) > SHORT_STRING_BYTES:
        return Violation("/id", f"it is the message id, of {SHORT_STRING_BYTES} bytes at most")
    for name, value in own.items():
        if not is_name(name) or len(name) > SHORT_STRING_BYTES - len("ce-"):
            return Violation("", f"CloudEvents has no attribute {name!r:.40}: names are lower-case letters and digits")
        if not isinstance(value, (str, int, bool)) or (name in _KNOWN and not isinstance(value, str)):
            return Violation(f"/{name}", f"the attribute of a CloudEvent is no {type(value).__name__}: use a string")
        if isinstance(value, str) and _CONTROL.search(value):
            return Violation(f"/{name}", "the attribute of a CloudEvent has no control characters: leave them out")
    return own, payload.get("data")


def is_name(text: str) -> bool:
    """Whether a text may be the name of an attribute (CloudEvents 1.0, «Attribute Naming Convention»)."""
    return text.isascii() and text.isalnum() and text == text.lower()


def headers(own: Attributes) -> dict[str, object]:
    """Return the headers of binary mode; the content type is a property of the message."""
    return {f"ce-{name}": _canonical(value) for name, value in own.items() if name != "datacontenttype"}


def envelope(own: Attributes, body: bytes) -> bytes | Violation:
    """Return the JSON object of structured mode around data that is JSON text already."""
    start = encode(own)
    return start if isinstance(start, Violation) else b"".join((start[:-1], b',"data":', body, b"}"))


def read(headers: Mapping[str, object], body: bytes, content_type: str | None = None) -> CloudEvent | Violation | None:
    """Read an event from a message as it was consumed, in either mode.

    None where the message is no CloudEvent; a violation where it says that it is one, and is not as 1.0 wants it.
    Headers may be strings, bytes or, for the time, datetimes.
    """
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind == STRUCTURED:
        return _read_structured(body)
    if kind.startswith("application/cloudevents"):
        return Violation("", f"CloudEvents of the type {kind} are not read: send {STRUCTURED}")
    own = _attributes_in(headers)
    if "specversion" not in own:
        return None
    data = parse(body) if kind.endswith("json") or not kind else body
    return data if isinstance(data, Violation) else _event({"datacontenttype": content_type, **own}, data)


def _read_structured(body: bytes) -> CloudEvent | Violation:
    value = parse(body)
    if isinstance(value, Violation):
        return value
    if not isinstance(value, dict):
        return Violation("", "a CloudEvent is a JSON object")
    return _event({name: one for name, one in value.items() if name != "data"}, value.get("data"))


def _event(own: Mapping[str, object], data: object) -> CloudEvent | Violation:
    for name in _REQUIRED:
        if not isinstance(own.get(name), str) or not own[name]:
            return Violation(f"/{name}", "a CloudEvent needs this attribute, a string")
    if own["specversion"] != "1.0":
        return Violation("/specversion", f"CloudEvents {own['specversion']!r:.20} is not read: 1.0 is")
    known = {name: None if own.get(name) is None else str(own[name]) for name in _OPTIONAL}
    extensions = {name: value for name, value in own.items() if name not in _KNOWN}
    return CloudEvent(str(own["id"]), str(own["source"]), str(own["type"]), data, **known, extensions=extensions)


def _attributes_in(headers: Mapping[str, object]) -> dict[str, object]:
    found = {}
    for header, value in headers.items():
        for prefix in _PREFIXES:
            if header.startswith(prefix):
                found[header.removeprefix(prefix).lower()] = _plain(value)
    return found


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def _canonical(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text_at(path: FieldPath, payload: object) -> str | None:
    for name in path.names:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return None if payload is None or isinstance(payload, (dict, list, float)) else _canonical(payload)  # type: ignore[arg-type]


def payload(content_type: str | None, body: bytes) -> object:
    """Return the payload of a message, which structured mode has inside, or a Violation where it is not JSON."""
    value = parse(body)
    if not isinstance(value, Violation) and (content_type or "").startswith(STRUCTURED):
        found = unwrapped(value)
        return found[1] if isinstance(found, tuple) else found or value
    return value
