"""A header that a field is promoted to is CC or BCC, of which RabbitMQ expects lists of further keys.

It closes the channel over a message with any other value there, and promoted are strings, integers and booleans.
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        for header in sorted({"CC", "BCC"} & event.headers.keys()):
            message = f"RabbitMQ takes the header {header} for a list of further keys and refuses others: rename it"
            yield at("events", event.name, "headers", header), message
