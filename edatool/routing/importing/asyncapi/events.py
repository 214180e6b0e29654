"""The messages of an AsyncAPI document as events."""

import re
from collections.abc import Mapping
from typing import Any

from edatool.routing.importing.asyncapi.document import AsyncApiDocument, Part
from edatool.routing.importing.asyncapi.schemas import SchemaFiles
from edatool.routing.importing.translation import Translation

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_LOCATION = "$message.payload#/"
_HEADER = re.compile(r"([^\s{}]+) of the payload")
"""What our own export says of a header."""
_READ = ("name", "summary", "tags", "payload", "headers", "examples", "bindings")


class Unsaid(Exception):
    """Why something cannot be said of an event, and the way out."""


def key_of(document: AsyncApiDocument, channel: Part) -> str:
    """Return the key template that an address and its parameters say.

    Raises:
        Unsaid: they do not say it.
    """
    address, places = document.text(channel, "address"), dict(document.entries(channel, "parameters"))
    if address is None:
        raise Unsaid("its channel has no address: write one")
    return _PARAMETER.sub(lambda found: f"{{{_field(document, found[1], places)}}}", address)


def _field(document: AsyncApiDocument, name: str, places: Mapping[str, Part]) -> str:
    location = (document.text(places[name], "location") if name in places else None) or ""
    names = [one.replace("~1", "/").replace("~0", "~") for one in location.removeprefix(_LOCATION).split("/")]
    if not location.startswith(_LOCATION) or any(not one or set(one) & set(".{}") for one in names):
        raise Unsaid(f"its parameter {name!r} names no field of the payload: write {_LOCATION}FIELD as its location")
    return ".".join(names)


def event(
    document: AsyncApiDocument, message: Part, name: str, schemas: SchemaFiles, translation: Translation
) -> dict[str, Any]:
    """Return what a message says of an event; what an event cannot say is left out."""
    value, path = message
    what = f"of the message {name!r}"
    schema = schemas.of_payload(message, name)
    if "payload" in value and schema is None:
        translation.leave_out(f"payload {what}, which is no JSON Schema of an object,", (*path, "payload"))
    examples = [one.get("payload") for one, _ in document.items(message, "examples")]
    if examples and not (schema and schemas.examples_of(schema) == examples):
        translation.leave_out(f"examples {what}", (*path, "examples"))
    known = (*_READ, *(("contentType",) if value.get("contentType") == "application/json" else ()))
    document.leave_out_others(message, known, what, translation)
    document.leave_out_others(document.amqp(message), ("messageType", "bindingVersion"), what, translation)
    return {
        "summary": document.text(message, "summary"),
        "category": document.only_tag(message, what, translation),
        "schema": schema,
        "headers": _headers(document, message, what, translation),
    }


def _headers(document: AsyncApiDocument, message: Part, what: str, translation: Translation) -> dict[str, str]:
    """Return the fields of the payload that headers are made of, where their descriptions say so."""
    found = {}
    for name, header in document.entries(document.inside(message, "headers"), "properties"):
        said = _HEADER.fullmatch(document.text(header, "description") or "")
        if said:
            found[name] = said[1]
        else:
            translation.leave_out(f"the header {name!r} {what}", header[1])
    return found
