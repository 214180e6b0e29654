"""Who may send events by HTTP: what a producer may say of itself, and the value that is made of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from edatool.frozen import frozen
from edatool.spec.quantity import SIZE, size_in_bytes
from edatool.spec.secret import SECRET, reference
from edatool.spec.shape import Either, Integer, ListOf, Record, RecordField, Text
from edatool.spec.signatures import SIGNATURE, WITHOUT_TIME, SpecSignature, signature

Plain = Mapping[str, Any]

LARGEST_BODY = 2**20
"""The bytes of a payload that edatool publishes at most."""
_HASH = "sha256: and the 64 hexadecimal digits of a token's SHA-256"
PRODUCER = Record(
    {
        "summary": RecordField(Text(), "what it is"),
        "owner": RecordField(Text(), "the team or service it belongs to"),
        "events": RecordField(ListOf(Text(), least=1), "the events that it may send", required=True),
        "tokens": RecordField(
            ListOf(Either((Text(),), _HASH, secret=True), least=1),
            "the tokens that it shows, as sha256: and the SHA-256 of each; two while one takes the other's place",
        ),
        "certificate": RecordField(
            Text(like="the subject of a certificate, such as CN=storefront,O=Shop"),
            "the subject of its client certificate, as openssl x509 -subject -nameopt RFC2253 prints it",
        ),
        "signature": RecordField(SIGNATURE, "how its requests are signed, each with its time"),
        "password": RecordField(
            SECRET, "where the password is read from that it shows, or makes a digest with, by WS-Security of SOAP"
        ),
        "rate": RecordField(Integer(1), "how many events it may send in a second"),
        "in_flight": RecordField(Integer(1), "how many of its requests may be in hand at once"),
        "max_body": RecordField(SIZE, "how large a body of a request may be; 1MiB at most, which is the default"),
    }
)


@frozen
class SpecProducer:
    """Who may send which events by HTTP, shown by a token, a certificate, a signature or a password.

    A ``rate`` or ``in_flight`` of None is not limited.
    """

    name: str
    events: tuple[str, ...]
    tokens: tuple[bytes, ...] = ()
    """The SHA-256 of each."""
    certificate: str | None = None
    signature: SpecSignature | None = None
    password: Mapping[str, str] | None = None
    """Where it is read from (see ``spec.secret``)."""
    rate: int | None = None
    in_flight: int | None = None
    max_body: int = LARGEST_BODY
    owner: str | None = None
    summary: str | None = None


def producer(name: str, one: Plain, folder: str) -> SpecProducer:
    """Return a checked producer; tokens that are none are left out, and files are relative to ``folder``."""
    return SpecProducer(
        name=name,
        events=tuple(event for event in one.get("events", []) if event),
        tokens=tuple(bytes.fromhex(found[1]) for text in one.get("tokens", []) if (found := _digest(text))),
        certificate=one.get("certificate"),
        signature=signature(one["signature"], folder) if one.get("signature") else None,
        password=reference(one.get("password"), folder),
        rate=one.get("rate"),
        in_flight=one.get("in_flight"),
        max_body=size_in_bytes(one.get("max_body", LARGEST_BODY)),
        owner=one.get("owner"),
        summary=one.get("summary"),
    )


def wrong_in(name: str, one: Plain) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the place and the sentence of what is wrong in a producer of the right shape."""
    for index, text in enumerate(one.get("tokens", [])):
        if text is not None and not _digest(text):
            words = f"a token is kept as {_HASH}, and never itself: printf %s TOKEN | sha256sum prints them"
            yield ("tokens", index), words
    if "max_body" in one and size_in_bytes(one["max_body"]) > LARGEST_BODY:
        yield ("max_body",), "no payload is larger than 1MiB: a body may not be, either"
    signed = one.get("signature") or {}
    if signed.get("style") == WITHOUT_TIME or ("header" in signed and "timestamp" not in signed):
        yield (
            ("signature",),
            "a signature without a time is good for ever: name the header of its timestamp",
        )
    if not one.keys() & {"tokens", "certificate", "signature", "password"}:
        yield (), f"nobody could be the producer {name!r}: give it tokens, a certificate, a signature or a password"


def _digest(text: str | None) -> re.Match[str] | None:
    return re.fullmatch("sha256:([0-9a-f]{64})", text or "")
