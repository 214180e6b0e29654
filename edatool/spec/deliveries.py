"""Deliveries: what one may say of itself, and the values that are made of it."""

from collections.abc import Mapping
from typing import Any, Literal

from edatool.frozen import frozen
from edatool.spec.quantity import DURATION, milliseconds
from edatool.spec.secret import SECRET, URI, reference
from edatool.spec.shape import Integer, ListOf, OneOf, Record, RecordField, Text
from edatool.spec.sources import MAPPING

Plain = Mapping[str, Any]
DeliveryFormat = Literal["binary", "structured", "payload"]

TIMEOUT = 30_000
"""Milliseconds until an answer has to be there, by default."""
CONCURRENCY = 10

DELIVERY = Record(
    {
        "summary": RecordField(Text(), "who gets the events, and what for"),
        "owner": RecordField(Text(), "the team that it belongs to"),
        "queue": RecordField(Text(), "the queue whose events are delivered", required=True),
        "to": RecordField(URI, "the URL to which they are posted", required=True),
        "format": RecordField(
            OneOf(("binary", "structured", "payload")),
            "CloudEvents over HTTP in binary (default) or structured mode, or the payload alone",
        ),
        **MAPPING,
        "token": RecordField(SECRET, "where the bearer token is read from"),
        "signature": RecordField(
            Record(
                {
                    "secrets": RecordField(
                        ListOf(SECRET, least=1),
                        "where the secrets are read from, whsec_ and base64; during a rotation two, by each of which "
                        "it is signed",
                        required=True,
                    )
                }
            ),
            "requests are signed as Standard Webhooks says",
        ),
        "timeout": RecordField(DURATION, "how long an answer may take, else it is tried again; default: 30s"),
        "concurrency": RecordField(Integer(1, 1000), "the most requests at once; default: 10"),
        "allow": RecordField(
            ListOf(Text(like="a network such as 10.1.0.0/16"), least=1),
            "networks that are not public, in which the endpoint may be all the same",
        ),
    }
)


@frozen
class SpecDelivery:
    """A declared delivery; paths and networks are as they are written.

    ``to`` is a URL, or where it is read from, as ``token`` and ``secrets`` are (see ``spec.secret``). ``timeout`` is in
    milliseconds.
    """

    name: str
    queue: str
    to: str | Mapping[str, str]
    format: DeliveryFormat
    fields: Mapping[str, str]
    """Empty where the payload goes out as it is."""
    constants: Mapping[str, Any]
    token: Mapping[str, str] | None
    secrets: tuple[Mapping[str, str], ...]
    """Empty where requests are not signed."""
    timeout: int
    concurrency: int
    allow: tuple[str, ...]


def delivery(name: str, one: Plain, folder: str) -> SpecDelivery:
    """Return a checked delivery; files are relative to ``folder``."""
    return SpecDelivery(
        name=name,
        queue=one.get("queue", ""),
        to=reference(one.get("to", ""), folder),
        format=one.get("format", "binary"),
        fields=one.get("fields", {}),
        constants=one.get("constants", {}),
        token=reference(one["token"], folder) if "token" in one else None,
        secrets=tuple(reference((one.get("signature") or {}).get("secrets", []), folder)),
        timeout=milliseconds(one["timeout"]) if "timeout" in one else TIMEOUT,
        concurrency=one.get("concurrency", CONCURRENCY),
        allow=tuple(network for network in one.get("allow", []) if network),
    )
