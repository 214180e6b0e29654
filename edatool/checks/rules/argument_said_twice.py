"""A raw argument says again what a readable key says.

Which of the two holds would be a matter of luck. Keep the readable key, which is checked, too. `edatool validate --fix`
removes the raw argument where both have the same value, in one file and without a variable.

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
from edatool.findings import Remove
from edatool.spec.same_json import same_json
from edatool.spec.spec import SpecQueue
from edatool.spec.yaml_document import Path


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        for argument in queue.arguments:
            field = field_of_argument(argument)
            said = argument in queue.settings or (field == "dead_letter" and queue.dead_letter) or field == "type"
            if said:
                message = f"{argument} is said by {field!r} already: keep that"
                yield at_key("queues", queue.name, "arguments", argument), message, _correction(queue, argument)


def _correction(queue: SpecQueue, argument: str) -> Remove | None:
    value = queue.arguments[argument]
    if not same_json(queue.settings.get(argument), value):
        return None
    path: Path = ("queues", queue.name, "arguments")
    alone = len(queue.arguments) == 1
    return Remove(path if alone else (*path, argument), ("queues", queue.name, field_of_argument(argument)))
