"""Other people's webhooks: what a source may say of itself, and the values that are made of it."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from edatool.frozen import frozen
from edatool.spec.shape import Boolean, Either, Integer, Json, ListOf, MapOf, Record, RecordField, Text
from edatool.spec.signatures import SIGNATURE, SpecSignature, signature

Plain = Mapping[str, Any]

IGNORE = "ignore"

_PATH = Text(like="a path such as data.order.id or headers.x-event")
MAPPING = {
    "fields": RecordField(
        MapOf(_PATH, least=1),
        "the fields of the payload, each with the path of what comes: data.PATH or headers.NAME; default: what comes",
    ),
    "constants": RecordField(MapOf(Json(), least=1), "fields of the payload that are always the same"),
}
NAMED_EVENT = Either(
    (Text(), Record({"event": RecordField(Text(), "the event that it becomes", required=True), **MAPPING})),
    "the name of an event, or {event, fields, constants}",
)
_CHOICE = Record(
    {
        "by": RecordField(_PATH, "the path of what says which event it is", required=True),
        "events": RecordField(
            MapOf(NAMED_EVENT),
            "the event for each value that stands there",
            required=True,
        ),
        "otherwise": RecordField(
            Text(like="the name of an event, or ignore"),
            "the event for all other values; ignore takes them and does nothing; default: they are refused",
        ),
    }
)
SOURCE = Record(
    {
        "summary": RecordField(Text(), "who sends it, and what for"),
        "owner": RecordField(Text(), "the team that it belongs to"),
        "path": RecordField(
            Text(like="a path of a URL, such as /hooks/payments"), "where it is posted to; default: /webhooks/NAME"
        ),
        "signature": RecordField(SIGNATURE, "how its requests are signed", required=True),
        "event": RecordField(
            Either((Text(), _CHOICE), "the name of an event, or {by, events, otherwise}"),
            "the event that a request becomes",
            required=True,
        ),
        "id": RecordField(
            _PATH, "the path of what tells a request from all others of the source; a style knows its own"
        ),
        **MAPPING,
    }
)
RECEIVED = Record(
    {
        "source": RecordField(Text(), "the source that it is posted to", required=True),
        "headers": RecordField(MapOf(Text(least=0)), "its headers"),
        "body": RecordField(Json(), "its body: a string as it is, or a value that is sent as JSON", required=True),
        "secrets": RecordField(ListOf(Text(), least=1), "what the test takes for the secrets of the source"),
        "at": RecordField(Integer(), "when it comes, in seconds since 1970; default: 0"),
        "sign": RecordField(Boolean(), "adds the signature that the sender would, by the first of these secrets"),
    }
)


@frozen
class SpecMapping:
    """The event that a request becomes, and what its payload is made of: paths, by the fields, and constants."""

    event: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """Empty where the payload is what came."""
    constants: Mapping[str, Any] = field(default_factory=dict)


@frozen
class SpecSource:
    """A declared source of webhooks; paths are as they are written.

    ``by`` is the path of what says which event a request is, None where it is always ``otherwise``, which is None where
    what has no other event is refused. ``ignores``: it is taken, and nothing becomes of it.
    """

    name: str
    path: str
    signature: SpecSignature
    by: str | None
    events: Mapping[str, SpecMapping]
    otherwise: SpecMapping | None
    ignores: bool = False
    id: str | None = None
    owner: str | None = None
    summary: str | None = None

    @property
    def mappings(self) -> tuple[SpecMapping, ...]:
        """All that its requests may become."""
        return (*self.events.values(), *((self.otherwise,) if self.otherwise else ()))


@frozen
class ReceivedRequest:
    """A request of a routing test; ``secrets`` stand for those of its source, ``at`` is in seconds since 1970."""

    source: str
    headers: Mapping[str, str]
    body: Any
    """A string as it is, or what is sent as JSON."""
    at: int = 0
    secrets: tuple[str, ...] = ()
    sign: bool = False
    """Whether the sender's signature is added."""


def source(name: str, one: Plain, folder: str) -> SpecSource:
    """Return a checked source; files are relative to ``folder``."""
    event = one.get("event")
    choice: Plain = event if isinstance(event, dict) else {"otherwise": event}
    otherwise = choice.get("otherwise")
    return SpecSource(
        name=name,
        path=one.get("path", f"/webhooks/{name}"),
        signature=signature(one.get("signature") or {}, folder),
        by=choice.get("by"),
        events={value: mapping(each, one) for value, each in (choice.get("events") or {}).items()},
        otherwise=None if otherwise in (None, IGNORE) else mapping(otherwise, one),
        ignores=otherwise == IGNORE,
        id=one.get("id"),
        owner=one.get("owner"),
        summary=one.get("summary"),
    )


def received(one: Plain) -> ReceivedRequest:
    """Return the checked request of a routing test."""
    return ReceivedRequest(
        source=one.get("source", ""),
        headers=one.get("headers", {}),
        body=one.get("body"),
        at=one.get("at", 0),
        secrets=tuple(secret for secret in one.get("secrets", []) if secret),
        sign=one.get("sign", False),
    )


def mapping(event: str | Plain, around: Plain) -> SpecMapping:
    """Return what an event is made of: what it says itself, else what is said around it of all."""
    own: Plain = {"event": event} if isinstance(event, str) else event
    return SpecMapping(
        own.get("event", ""),
        {**around.get("fields", {}), **own.get("fields", {})},
        {**around.get("constants", {}), **own.get("constants", {})},
    )
