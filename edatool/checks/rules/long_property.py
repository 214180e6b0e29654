"""The name of a header, or of the producer, is over 255 bytes, the length of a short string in AMQP 0-9-1."""

from edatool.checks.found import Found, at, at_key
from edatool.checks.names import MAX_BYTES
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        for header in event.headers:
            if len(header.encode()) > MAX_BYTES:
                message = f"the header {header[:37]!r}... has a name over {MAX_BYTES} bytes: shorten it"
                yield at_key("events", event.name, "headers", header), message
        if event.producer and len(event.producer.encode()) > MAX_BYTES:
            message = f"the producer {event.producer[:37]!r}... is over {MAX_BYTES} bytes: shorten the name"
            yield at("events", event.name, "producer"), message
