"""An argument is for queues of another type.

RabbitMQ refuses the queue, in every version. Remove the argument, or change the type.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: classic, delivery_limit: 5}

    $ edatool validate
    routes.yaml:4:27: E221 x-delivery-limit is for quorum queues, and this is a classic queue: remove it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, delivery_limit: 5}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.queue_places import place_of
from edatool.checks.subject import Subject
from edatool.routing.compile import queue_arguments
from edatool.spec.rabbitmq.arguments import KNOWN, argument_history
from edatool.spec.rabbitmq.history import is_ever_refused


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        for argument in queue_arguments(queue):
            known = KNOWN.get(argument)
            if known and is_ever_refused(argument_history(argument, queue.type)):
                message = (
                    f"{argument} is for {' and '.join(sorted(known.types))} queues, and this is a {queue.type} queue"
                )
                yield at_key(*place_of(subject.spec, queue, argument)), f"{message}: remove it"
