"""A queue has one consumer at a time, which keeps the order, and priorities, which break it.

What has a higher priority goes before what came earlier. Leave out one of them, or use a queue for each priority. Off by
default.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: classic, single_active_consumer: true, max_priority: 5}
    checks:
      severity: {order-against-priorities: warning}

    $ edatool validate
    routes.yaml:4:71: W259 'orders' has one consumer at a time for the order, which priorities break: leave out single_active_consumer or max_priority

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: classic, single_active_consumer: true}
    checks:
      severity: {order-against-priorities: warning}
"""

from edatool.checks.found import Found, at
from edatool.checks.queue_places import place_of
from edatool.checks.subject import Subject
from edatool.routing.compile import queue_arguments


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        said = queue_arguments(queue)
        if said.get("x-single-active-consumer") is True and said.get("x-max-priority"):
            message = f"{queue.name!r} has one consumer at a time for the order, which priorities break"
            yield (
                at(*place_of(subject.spec, queue, "x-max-priority")),
                f"{message}: leave out single_active_consumer or max_priority",
            )
