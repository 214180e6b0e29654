"""A quorum queue or stream that is not durable, or deletes itself; RabbitMQ refuses it."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        if queue.type == "classic":
            continue
        if not queue.durable:
            yield at("queues", queue.name, "durable"), f"a {queue.type} queue is always durable: remove durable"
        if queue.auto_delete:
            message = f"a {queue.type} queue cannot be auto_delete: use expires on a quorum queue, or remove it"
            yield at("queues", queue.name, "auto_delete"), message
