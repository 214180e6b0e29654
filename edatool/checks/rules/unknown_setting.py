"""A setting of a policy is not one that RabbitMQ knows.

RabbitMQ refuses the whole policy, unless a plugin knows the setting. Correct it.

Bad:

    edatool: 1
    name: shop
    policies:
      bounded: {pattern: "^orders", apply_to: queues, definition: {max-lenght: 1000}}

    $ edatool validate
    routes.yaml:4:64: W227 RabbitMQ refuses max-lenght in a policy, unless a plugin knows it: did you mean max-length?

Good:

    edatool: 1
    name: shop
    policies:
      bounded: {pattern: "^orders", apply_to: queues, definition: {max-length: 1000}}
"""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.rabbitmq.history import DEPENDS


def find(accepted: Accepted) -> Found:
    for one, path in accepted.those(DEPENDS, ever=True):
        yield at_key(*path), one.why
