"""A raw argument that says again what a readable key says."""

from edatool.checks.found import Found, at_key
from edatool.checks.queue_places import field_of_argument
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        for argument in queue.arguments:
            field = field_of_argument(argument)
            said = argument in queue.settings or (field == "dead_letter" and queue.dead_letter) or field == "type"
            if said:
                message = f"{argument} is said by {field!r} already: keep that"
                yield at_key("queues", queue.name, "arguments", argument), message
