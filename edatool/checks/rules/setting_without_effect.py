"""A policy has a setting that means nothing to what the policy applies to.

RabbitMQ accepts the policy and ignores the setting. Let the policy apply to what has it, or remove the setting.

Bad:

    edatool: 1
    name: shop
    policies:
      bounded: {pattern: "^events", apply_to: exchanges, definition: {max-length: 1000}}

    $ edatool validate
    routes.yaml:4:67: W432 RabbitMQ ignores max-length for exchanges: remove it, or apply the policy to what has it

Good:

    edatool: 1
    name: shop
    policies:
      bounded: {pattern: "^events", apply_to: queues, definition: {max-length: 1000}}
"""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.rabbitmq.history import IGNORED


def find(accepted: Accepted) -> Found:
    for one, path in accepted.those(IGNORED, ever=True):
        yield at_key(*path), one.why
