"""An argument that no queue type knows; RabbitMQ accepts and ignores it."""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject
from edatool.spec.arguments import KNOWN_TO


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        for argument in queue.arguments:
            if argument not in KNOWN_TO:
                near = subject.nearest.to(argument, KNOWN_TO)
                way_out = f"did you mean {near}?" if near else "remove it, unless a plugin reads it"
                message = f"RabbitMQ does not know the argument {argument} and would ignore it: {way_out}"
                yield at_key("queues", queue.name, "arguments", argument), message
