"""What the state of an outbox in JSON consists of."""

from edatool.render.json_schema import each, number, or_null, output, record, text, whole
from edatool.render.outbox.json import FORMAT_VERSION

_PLACE = {
    "vhost": or_null(text("the vhost, null for that of the relay's URL")),
    "exchange": text("the exchange"),
    "key": text("the routing key"),
}

SCHEMA = output(
    "What is in an outbox.",
    FORMAT_VERSION,
    {
        "waiting": whole("how many messages are to be sent"),
        "bytes": whole("how large their bodies are"),
        "age_seconds": or_null(number("how long the oldest waits")),
        "relays": whole("how many relays send now"),
        "parked_messages": whole("how many are not tried any more"),
        "held": each(
            "the keys whose first message is tried again later, at most 100",
            record(
                "a key",
                {
                    **_PLACE,
                    "messages": whole("how many messages wait"),
                    "attempts": whole("how often the first was tried"),
                    "due_seconds": number("when it is tried again"),
                    "reason": text("why it was not sent"),
                },
            ),
        ),
        "parked": each(
            "the keys of messages that are not tried any more, at most 100",
            record(
                "a key",
                {
                    **_PLACE,
                    "event": text("the event"),
                    "messages": whole("how many messages"),
                    "reason": text("why the broker did not take them"),
                },
            ),
        ),
    },
)
