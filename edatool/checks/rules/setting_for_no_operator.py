"""An operator policy has a setting that only other policies take.

RabbitMQ refuses the operator policy, which may set limits only. Say it in a policy.

Bad:

    edatool: 1
    name: shop
    operator_policies:
      bounded: {pattern: "^orders", apply_to: queues, definition: {dead-letter-exchange: amq.fanout}}

    $ edatool validate
    routes.yaml:4:64: W285 RabbitMQ refuses dead-letter-exchange in an operator policy: write it in a policy

Good:

    edatool: 1
    name: shop
    operator_policies:
      bounded: {pattern: "^orders", apply_to: queues, definition: {max-length: 1000}}
"""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.routing.topology import Setting
from edatool.spec.rabbitmq.history import REFUSED
from edatool.spec.rabbitmq.policy_settings import POLICY_SETTINGS


def find(accepted: Accepted) -> Found:
    for one, path in accepted.those(REFUSED, ever=True):
        if isinstance(one.object, Setting) and one.part in POLICY_SETTINGS:
            yield at_key(*path), one.why
