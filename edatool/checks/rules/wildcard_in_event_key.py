"""A key for a topic exchange holds ``*`` or ``#`` as a word, which means something else when it is bound."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        literal = "".join(part if isinstance(part, str) else "{}" for part in event.key.parts)
        if subject.exchange_type(event.exchange) == "topic" and {"*", "#"} & set(literal.split(".")):
            message = "* and # are wildcards of bindings, and this is the key of a message: use words or {fields}"
            yield at("events", event.name, "key"), message
