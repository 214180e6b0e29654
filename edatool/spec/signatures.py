"""How requests are signed with a shared secret: what the spec may say of it, and the value that is made of it."""

from collections.abc import Mapping
from typing import Any, Literal

from edatool.frozen import frozen
from edatool.spec.quantity import DURATION, milliseconds
from edatool.spec.secret import SECRET, reference
from edatool.spec.shape import ListOf, OneOf, Record, RecordField, Text

Plain = Mapping[str, Any]

STYLES = ("standard-webhooks", "github", "stripe", "slack")
WITHOUT_TIME = "github"
"""The style of which signatures are good for ever."""
TOLERANCE = 300.0
"""Seconds by which a signature's time may differ from ours by default: what Stripe and Slack advise."""

SIGNATURE = Record(
    {
        "style": RecordField(OneOf(STYLES), "how requests are signed, by name"),
        "header": RecordField(Text(), "instead of a style: the header with the signature"),
        "prefix": RecordField(Text(), "what stands before the signature in its header, such as sha256="),
        "algorithm": RecordField(OneOf(("sha1", "sha256", "sha512")), "the hash of the HMAC; default: sha256"),
        "encoding": RecordField(OneOf(("hex", "base64")), "how the signature is written; default: hex"),
        "signed": RecordField(
            Text(), "what is signed: a text with {body}, {timestamp} and {headers.NAME}; default: {body}"
        ),
        "timestamp": RecordField(Text(), "the header with the time of the signature, in seconds since 1970"),
        "tolerance": RecordField(DURATION, "by how much that time may differ from ours; default: 5m"),
        "secrets": RecordField(
            ListOf(SECRET, least=1),
            "where the secret is read from; during a rotation two, either is good",
            required=True,
        ),
    },
    exactly_one=(("style", "header"),),
    at_most_one=tuple(("style", other) for other in ("prefix", "algorithm", "encoding", "signed", "timestamp")),
)


@frozen
class SpecSignature:
    """How requests are signed: in a ``style``, or as the other fields say."""

    style: str | None
    secrets: tuple[Mapping[str, str], ...]
    """Where they are read from (see ``spec.secret``)."""
    header: str = ""
    prefix: str = ""
    algorithm: str = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    signed: str = "{body}"
    timestamp: str | None = None
    tolerance: float = TOLERANCE
    """In seconds."""


def signature(one: Plain, folder: str) -> SpecSignature:
    """Return a checked signature; files are relative to ``folder``."""
    return SpecSignature(
        style=one.get("style"),
        secrets=tuple(reference(one.get("secrets", []), folder)),
        header=one.get("header", ""),
        prefix=one.get("prefix", ""),
        algorithm=one.get("algorithm", "sha256"),
        encoding=one.get("encoding", "hex"),
        signed=one.get("signed", "{body}"),
        timestamp=one.get("timestamp"),
        tolerance=milliseconds(one["tolerance"]) / 1000 if "tolerance" in one else TOLERANCE,
    )
