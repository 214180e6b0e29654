"""A raw argument says again what a readable key says.

Which of the two holds would be a matter of luck. Keep the readable key, which is checked, too.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 1000, arguments: {x-max-length: 500}}

    $ edatool validate
    routes.yaml:4:42: E222 x-max-length is said by 'max_length' already: keep that

Good:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 1000}
"""

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
