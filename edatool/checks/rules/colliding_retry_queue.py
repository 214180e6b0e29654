"""A queue generated for a retry has the name of a declared one, over 255 bytes, or stands twice.

`retry: [5s]` makes a queue `NAME.retry.5s` in which messages wait. Rename the other queue, and let the waits differ.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {retry: [5s, 5s]}

    $ edatool validate
    routes.yaml:4:19: E213 the waits must differ from each other and from zero

Good:

    edatool: 1
    name: shop
    queues:
      orders: {retry: [5s, 1m]}
"""

from edatool.checks.brief import brief_name
from edatool.checks.found import Found, at, at_key
from edatool.checks.subject import Subject
from edatool.routing.compile import retry_queue_name
from edatool.spec.short_string import SHORT_STRING_BYTES, is_short


def find(subject: Subject) -> Found:
    spec = subject.spec
    for queue in spec.queues.values():
        names = [retry_queue_name(queue.name, wait) for wait in queue.retry if wait]
        for name in names:
            if name in spec.queues:
                message = f"the retry queue of {queue.name!r} has the name of this queue: rename it"
                yield at_key("queues", name), message
            if not is_short(name):
                message = f"the retry queue {brief_name(name)} has a name over {SHORT_STRING_BYTES} bytes: shorten {brief_name(queue.name)}"
                yield at("queues", queue.name, "retry"), message
        if len(set(names)) < len(names) or 0 in queue.retry:
            message = "the waits must differ from each other and from zero"
            yield at("queues", queue.name, "retry"), message
