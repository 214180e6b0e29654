"""What a trace in JSON consists of."""

from edatool.render.json_schema import boolean, each, named, names, number, one_of, or_null, output, record, text, whole
from edatool.render.trace.json import FORMAT_VERSION

_BINDING = {
    "destination": text("its destination"),
    "destination_kind": one_of("the kind of that", "queue", "exchange"),
    "key": text("its key"),
    "arguments": named("its arguments"),
}

SCHEMA = output(
    "Where a message goes, and why.",
    FORMAT_VERSION,
    {
        "message": record(
            "the message",
            {
                "exchange": text("the exchange that it is published to"),
                "key": text("its routing key"),
                "headers": named("its headers"),
            },
        ),
        "queues": names("the queues that get it"),
        "consumers": named("by queue: the consumers that the spec has read it", names("their names")),
        "deliveries": each(
            "what deliveries post of it",
            record(
                "a delivery",
                {
                    "name": text("its name"),
                    "queue": text("the queue that it takes it out of"),
                    "method": text("the method of the request"),
                    "url": text("the URL without what may be secret in it, or where it is read from"),
                    "signed": boolean("whether the request is signed, too"),
                    "filter": or_null(text("the filter that it has, by its name or what it asks")),
                    "headers": named("its headers, but for signature and token", text("a header")),
                    "body": or_null(text("its body, where the message is an event")),
                    "refused": or_null(text("why it becomes a dead letter in place of a request")),
                    "unsent": or_null(text("why its filter keeps it back")),
                },
            ),
        ),
        "maybe": names("the queues that may get it: chance decides, or what cannot be simulated"),
        "unroutable": boolean("whether no queue gets it"),
        "refused": or_null(
            record("why the broker does not take it", {"code": whole("the code of AMQP"), "reason": text("the reason")})
        ),
        "doubts": names("what could not be simulated"),
        "hops": each(
            "the exchanges that it comes to",
            record(
                "an exchange",
                {
                    "exchange": text("its name"),
                    "type": text("its type"),
                    "matched": each("bindings that match", record("a binding", _BINDING)),
                    "choices": each(
                        "bindings of which one gets it",
                        record("a binding", {**_BINDING, "weight": number("its share of the messages")}),
                    ),
                    "undecided": each(
                        "bindings of which nobody knows",
                        record("a binding", {**_BINDING, "why": text("why not")}),
                    ),
                    "missed": each(
                        "bindings that do not match", record("a binding", {**_BINDING, "why": text("why not")})
                    ),
                    "alternate": or_null(text("the alternate exchange, where nothing matches")),
                    "delay": or_null(whole("how many milliseconds a delayed exchange waits")),
                },
            ),
        ),
    },
)
