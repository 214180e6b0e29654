"""Who reads which queue: what a consumer may say of itself, and the values that are made of it."""

from collections.abc import Mapping
from typing import Any, Literal

from edatool.frozen import frozen
from edatool.spec.quantity import DURATION, milliseconds
from edatool.spec.shape import Integer, ListOf, OneOf, Record, RecordField, Text
from edatool.spec.template import FieldPath, parse_path

Plain = Mapping[str, Any]

RETENTION = 7 * 24 * 3600.0
"""Seconds for which an inbox remembers an event, where nobody says otherwise."""
_MOST_AT_ONCE = 65_535
"""What AMQP takes as prefetch count."""
_IDENTITY = "message_id, payload.PATH.TO.FIELD, or header.NAME"

INBOX = Record(
    {
        "sqlite": RecordField(Text(like="the path of a file"), "its file, made where it is not there"),
        "env": RecordField(
            Text(like="the name of an environment variable"),
            "the environment variable that names it: a file, or the URL of a PostgreSQL, Redis or SQLite",
        ),
        "retention": RecordField(DURATION, "how long an event is remembered after it was handled last; default: 7d"),
        "identity": RecordField(
            Text(like=_IDENTITY), f"what tells an event from another of its kind: {_IDENTITY}; default: message_id"
        ),
        "unidentified": RecordField(
            OneOf(("refuse", "handle")),
            "what becomes of a message without that: a dead letter (default), or handled as often as it comes",
        ),
    },
    exactly_one=(("sqlite", "env"),),
)
CONSUMER = Record(
    {
        "summary": RecordField(Text(), "what it does with events"),
        "owner": RecordField(Text(), "the team it belongs to"),
        "queue": RecordField(Text(), "the queue that it reads"),
        "queues": RecordField(ListOf(Text(), least=1), "several queues that it reads"),
        "concurrency": RecordField(Integer(1, _MOST_AT_ONCE), "how many events a process of it handles at once"),
        "prefetch": RecordField(Integer(1, _MOST_AT_ONCE), "how many messages the broker sends ahead"),
        "timeout": RecordField(DURATION, "how long an event may take"),
        "order_by": RecordField(
            Text(like="the path of a field, such as customer.id"),
            "the field of the payload that events have in common which are handled one after the other",
        ),
        "order": RecordField(
            OneOf(("keep",)),
            "keep has events wait behind one of their key that failed, until it is done or a dead letter; "
            "without order_by, all events",
        ),
        "inbox": RecordField(INBOX, "where it remembers what it has handled, so that nothing is handled twice"),
    },
    exactly_one=(("queue", "queues"),),
)


@frozen
class Identity:
    """What tells an event from another of its kind: the message id, a field of the payload, or a header."""

    kind: Literal["message_id", "payload", "header"] = "message_id"
    field: FieldPath | None = None
    header: str = ""


@frozen
class SpecInbox:
    """Where a consumer remembers what it has handled: in a file of SQLite, or where an environment variable says."""

    sqlite: str | None
    env: str | None
    retention: float = RETENTION
    """In seconds."""
    identity: Identity = Identity()
    unidentified: Literal["refuse", "handle"] = "refuse"


@frozen
class SpecConsumer:
    """A declared consumer; what it does not say is None, and left to the program."""

    name: str
    queues: tuple[str, ...]
    concurrency: int | None = None
    prefetch: int | None = None
    timeout: float | None = None
    """In seconds."""
    order_by: FieldPath | None = None
    inbox: SpecInbox | None = None
    owner: str | None = None
    summary: str | None = None
    keeps_order: bool = False
    """Whether events wait behind one of their key that failed."""


def consumer(name: str, one: Plain) -> SpecConsumer:
    """Return a checked consumer."""
    inbox = one.get("inbox")
    return SpecConsumer(
        name=name,
        queues=tuple(queue for queue in one.get("queues", [one.get("queue")]) if queue),
        concurrency=one.get("concurrency"),
        prefetch=one.get("prefetch"),
        timeout=_seconds(one["timeout"]) if "timeout" in one else None,
        order_by=parse_path(one["order_by"]) if "order_by" in one else None,
        keeps_order=one.get("order") == "keep",
        inbox=_inbox(inbox) if inbox else None,
        owner=one.get("owner"),
        summary=one.get("summary"),
    )


def identity(text: str) -> Identity | str:
    """Read what identifies an event; a malformed one gives the sentence that says what is wrong."""
    kind, _, rest = text.partition(".")
    if text == "message_id":
        return Identity()
    if kind == "payload" and (path := parse_path(rest)):
        return Identity("payload", field=path)
    if kind == "header" and rest:
        return Identity("header", header=rest)
    return f"{text!r} identifies nothing: write {_IDENTITY}"


def _inbox(one: Plain) -> SpecInbox:
    found = identity(one.get("identity", "message_id"))
    return SpecInbox(
        sqlite=one.get("sqlite"),
        env=one.get("env"),
        retention=_seconds(one["retention"]) if "retention" in one else RETENTION,
        identity=found if isinstance(found, Identity) else Identity(),
        unidentified=one.get("unidentified", "refuse"),
    )


def _seconds(duration: str) -> float:
    return milliseconds(duration) / 1000
