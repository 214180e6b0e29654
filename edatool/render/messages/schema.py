"""What messages in JSON consist of."""

from edatool.render.json_schema import (
    Schema,
    anything,
    boolean,
    each,
    names,
    or_null,
    output,
    record,
    text,
    whole,
)
from edatool.render.messages.json import FORMAT_VERSION

_PLACE = {
    "queue": or_null(text("the queue that gave it up, null where nothing tells")),
    "exchange": or_null(text("the exchange where it was published")),
    "key": or_null(text("the routing key with which it was published")),
}
_DEATH = record(
    "an entry of x-death",
    {
        "queue": text("where it died"),
        "reason": text("why, in RabbitMQ's word"),
        "exchange": text("where it had been published"),
        "keys": names("the routing keys"),
        "count": whole("how often"),
        "time": or_null(text("when first")),
    },
)
_TODAY = record(
    "what the spec says of it, null without a spec",
    {
        "event": or_null(text("the event, null where the spec has none of this type")),
        "valid": or_null(boolean("whether it keeps its contract, null where there is no event")),
        "violations": names("what it breaks"),
        "queues": or_null(names("where it would go, published again; null where nothing tells where that was")),
        "maybe": or_null(names("where it may go, which cannot be told")),
    },
)
_RECORD = record(
    "the message as edatool dead-letters export writes it",
    {
        "format_version": whole("the version of that format"),
        "exchange": text("by which exchange it came into the queue"),
        "key": text("with which key"),
        "properties": anything("its properties, with headers; types that JSON has not are objects with `$type`"),
        "payload?": text("the payload, where it is UTF-8"),
        "payload_base64?": text("the payload, where it is not"),
    },
)
FIELDS: dict[str, Schema] = {
    "id": text("its message id, or `~` and what its payload is known by"),
    "event": or_null(text("its type")),
    "offset": or_null(whole("its place in a stream")),
    "redelivered": boolean("whether it was delivered before"),
    "origin": record("where it came from", _PLACE),
    "reason": text("why it was given up, empty where nothing tells"),
    "error": or_null(text("the class of the error")),
    "attempts": or_null(whole("how often it was tried")),
    "consumer": or_null(text("the consumer that gave it up")),
    "died": or_null(text("when")),
    "replays": whole("how often it was replayed"),
    "edits": names("what was changed by hand"),
    "deaths": each("RabbitMQ's own history", _DEATH),
    "message": _RECORD,
    "today": or_null(_TODAY),
}

SCHEMA = output(
    "Messages of a queue.", FORMAT_VERSION, {"messages": each("in their order", record("a message", FIELDS))}
)
