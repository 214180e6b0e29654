"""A key template uses fields, and the event has no schema that could guarantee them."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        if event.key.fields and event.schema is None:
            message = f"the key uses {{{event.key.fields[0]}}}, and no schema guarantees it: give the event a schema"
            yield at("events", event.name, "key"), message
