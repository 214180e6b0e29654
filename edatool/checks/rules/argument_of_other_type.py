"""An argument that queues of this type do not take in any version; RabbitMQ refuses the queue."""

from edatool.checks.found import Found, at_key
from edatool.checks.queue_places import place_of
from edatool.checks.subject import Subject
from edatool.routing.compile import queue_arguments
from edatool.spec.arguments import KNOWN_TO, argument_history
from edatool.spec.history import is_ever_refused


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        for argument in queue_arguments(queue):
            types = KNOWN_TO.get(argument)
            if types and is_ever_refused(argument_history(argument, queue.type)):
                message = f"{argument} is for {' and '.join(sorted(types))} queues, and this is a {queue.type} queue"
                yield at_key(*place_of(queue, argument)), f"{message}: remove it"
