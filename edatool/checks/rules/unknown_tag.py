"""A tag of a user that RabbitMQ does not know; it accepts it, and it allows nothing."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject

TAGS = frozenset(("administrator", "monitoring", "policymaker", "management", "impersonator", "none"))
"""The tags of RabbitMQ and its plugins («Access Control», «Management Plugin»)."""


def find(subject: Subject) -> Found:
    for user in subject.spec.users.values():
        for index, tag in enumerate(user.tags):
            if tag not in TAGS:
                way_out = subject.nearest.way_out(tag, TAGS, "remove it, unless a plugin reads it")
                message = f"RabbitMQ does not know the tag {tag!r}: {way_out}"
                yield at("users", user.name, "tags", index), message
