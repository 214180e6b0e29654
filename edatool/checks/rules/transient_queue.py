"""A classic queue that is not durable; what is said of the RabbitMQ that the spec is for, E227 says."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.arguments import TRANSIENT_UNTIL


def find(subject: Subject) -> Found:
    if subject.server and subject.server.version >= TRANSIENT_UNTIL:
        return
    for queue in subject.spec.queues.values():
        if queue.type == "classic" and not queue.durable:
            message = (
                "a queue that is not durable is lost with its broker, and newer brokers refuse it: make it durable"
            )
            yield at("queues", queue.name, "durable"), message
