"""A name holds a line break, which RabbitMQ strips, so that it would be another name."""

from edatool.checks.found import Found, at_key
from edatool.checks.names import brief, declared_names
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for kind, name in declared_names(subject):
        if "\n" in name or "\r" in name:
            yield at_key(kind, name), f"{brief(name)} holds a line break: remove it"
