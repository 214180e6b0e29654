"""A setting is one that RabbitMQ takes as an argument of queues, and in no policy.

RabbitMQ refuses the policy. Say it at the queue.

Bad:

    edatool: 1
    name: shop
    policies:
      ranked: {pattern: "^orders", apply_to: queues, definition: {max-priority: 10}}

    $ edatool validate
    routes.yaml:4:63: E226 RabbitMQ refuses max-priority in a policy: it is an argument of queues, so write it in the queue itself

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: classic, max_priority: 10}
"""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.routing.topology import Queue
from edatool.spec.rabbitmq.history import REFUSED
from edatool.spec.rabbitmq.policy_settings import POLICY_SETTINGS


def find(accepted: Accepted) -> Found:
    for one, path in accepted.those(REFUSED, ever=True):
        if not isinstance(one.object, Queue) and one.part not in POLICY_SETTINGS:
            yield at_key(*path), one.why
