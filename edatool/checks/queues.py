"""Queues that RabbitMQ refuses, or would make other than they look."""

from edatool.checks.subject import Findings, Subject
from edatool.routing.compile import queue_arguments
from edatool.spec.arguments import KNOWN_TO, TRANSIENT_UNTIL, argument_history
from edatool.spec.history import is_ever_refused
from edatool.spec.spec import Queue

_FIELDS = {
    "x-dead-letter-exchange": "dead_letter",
    "x-dead-letter-routing-key": "dead_letter",
    "x-dead-letter-strategy": "dead_letter",
    "x-queue-type": "type",
}


def arguments_of_type(subject: Subject) -> Findings:
    """E221: an argument that queues of this type do not take in any version; RabbitMQ refuses the queue."""
    for queue in subject.spec.queues.values():
        for argument in queue_arguments(queue):
            types = KNOWN_TO.get(argument)
            if types and is_ever_refused(argument_history(argument, queue.type)):
                message = f"{argument} is for {' and '.join(sorted(types))} queues, and this is a {queue.type} queue"
                yield subject.about_key("E221", f"{message}: remove it", *place_of(queue, argument))


def written_twice(subject: Subject) -> Findings:
    """E222: a raw argument that says again what a readable key says."""
    for queue in subject.spec.queues.values():
        for argument in queue.arguments:
            field = _FIELDS.get(argument, argument[2:].replace("-", "_"))
            said = argument in queue.settings or (field == "dead_letter" and queue.dead_letter) or field == "type"
            if said:
                message = f"{argument} is said by {field!r} already: keep that"
                yield subject.about_key("E222", message, "queues", queue.name, "arguments", argument)


def unknown_arguments(subject: Subject) -> Findings:
    """W223: an argument that no queue type knows; RabbitMQ accepts and ignores it."""
    for queue in subject.spec.queues.values():
        for argument in queue.arguments:
            if argument not in KNOWN_TO:
                near = subject.nearest.to(argument, KNOWN_TO)
                way_out = f"did you mean {near}?" if near else "remove it, unless a plugin reads it"
                message = f"RabbitMQ does not know the argument {argument} and would ignore it: {way_out}"
                yield subject.about_key("W223", message, "queues", queue.name, "arguments", argument)


def properties(subject: Subject) -> Findings:
    """E224: a quorum queue or stream that is not durable, or deletes itself; RabbitMQ refuses it."""
    for queue in subject.spec.queues.values():
        if queue.type == "classic":
            continue
        if not queue.durable:
            yield subject.finding(
                "E224",
                f"a {queue.type} queue is always durable: remove durable",
                "queues",
                queue.name,
                "durable",
            )
        if queue.auto_delete:
            message = f"a {queue.type} queue cannot be auto_delete: use expires on a quorum queue, or remove it"
            yield subject.finding("E224", message, "queues", queue.name, "auto_delete")


def dead_letter_settings(subject: Subject) -> Findings:
    """E225: dead-lettering that RabbitMQ refuses or does not do as written.

    At-least-once needs ``overflow: reject-publish`` (else RabbitMQ falls back to at-most-once), a stream has
    neither dead letters nor retries, and a quorum queue has no ``reject-publish-dlx``.
    """
    for queue in subject.spec.queues.values():
        letter, overflow = queue.dead_letter, queue_arguments(queue).get("x-overflow")
        if letter and letter.strategy == "at-least-once" and overflow != "reject-publish":
            message = "the strategy at-least-once needs overflow: reject-publish on the queue"
            yield subject.finding("E225", message, "queues", queue.name, "dead_letter", "strategy")
        if queue.type == "stream" and queue.retry:
            yield subject.finding("E225", "a stream has no retries: remove retry", "queues", queue.name, "retry")
        if queue.type == "quorum" and overflow == "reject-publish-dlx":
            message = "a quorum queue has no reject-publish-dlx: use reject-publish or drop-head"
            yield subject.finding("E225", message, "queues", queue.name, "overflow")


def transient(subject: Subject) -> Findings:
    """W226: a classic queue that is not durable; what is said of the RabbitMQ that the spec is for, E227 says."""
    if subject.server and subject.server.version >= TRANSIENT_UNTIL:
        return
    for queue in subject.spec.queues.values():
        if queue.type == "classic" and not queue.durable:
            message = (
                "a queue that is not durable is lost with its broker, and newer brokers refuse it: make it durable"
            )
            yield subject.finding("W226", message, "queues", queue.name, "durable")


def place_of(queue: Queue, argument: str) -> tuple[str, ...]:
    """Return where in the spec an argument of a queue is said, by its name on the broker."""
    if argument in queue.arguments:
        return ("queues", queue.name, "arguments", argument)
    return ("queues", queue.name, _FIELDS.get(argument, argument[2:].replace("-", "_")))
