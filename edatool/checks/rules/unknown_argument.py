"""An argument is one that no queue type of RabbitMQ knows.

RabbitMQ accepts such an argument and ignores it, so the queue is not bounded by a limit that is misspelt. Correct it,
or remove it; leave it where a plugin reads it. `edatool validate --fix` corrects capital letters, and underscores that are
hyphens.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {arguments: {x-max-lenght: 1000}}

    $ edatool validate
    routes.yaml:4:24: W223 RabbitMQ does not know the argument x-max-lenght and would ignore it: did you mean x-max-length?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {arguments: {x-max-length: 1000}}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject
from edatool.findings import Rename
from edatool.spec.nearest import same_word
from edatool.spec.rabbitmq.arguments import KNOWN


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        for argument in queue.arguments:
            if argument not in KNOWN:
                near = subject.nearest.to(argument, KNOWN)
                way_out = f"did you mean {near}?" if near else "remove it, unless a plugin reads it"
                message = f"RabbitMQ does not know the argument {argument} and would ignore it: {way_out}"
                path = ("queues", queue.name, "arguments", argument)
                same = same_word(argument, KNOWN)
                yield at_key(*path), message, Rename(path, same) if same and same not in queue.arguments else None
