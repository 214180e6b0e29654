"""What speaks SOAP: what a service may say of itself, and the value that is made of it."""

from collections.abc import Mapping
from typing import Any

from edatool.frozen import frozen
from edatool.spec.shape import ListOf, Record, RecordField, Text

Plain = Mapping[str, Any]

SOAP_SERVICE = Record(
    {
        "summary": RecordField(Text(), "who calls it, and what for"),
        "owner": RecordField(Text(), "the team that it belongs to"),
        "namespace": RecordField(
            Text(like="a URI, such as urn:shop:billing"), "the XML namespace of its elements", required=True
        ),
        "events": RecordField(ListOf(Text(), least=1), "its operations: the events that are sent by it", required=True),
    }
)


@frozen
class SpecSoapService:
    """A SOAP service, whose operations are events."""

    name: str
    namespace: str
    events: tuple[str, ...]
    owner: str | None = None
    summary: str | None = None


def soap_service(name: str, one: Plain) -> SpecSoapService:
    """Return a checked service."""
    return SpecSoapService(
        name=name,
        namespace=one.get("namespace", ""),
        events=tuple(event for event in one.get("events", []) if event),
        owner=one.get("owner"),
        summary=one.get("summary"),
    )
