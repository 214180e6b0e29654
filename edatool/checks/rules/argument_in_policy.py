"""A setting that no RabbitMQ takes in a policy, as queues have it as an argument; the policy is refused."""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.routing.topology import Queue
from edatool.spec.history import REFUSED
from edatool.spec.policy_settings import POLICY_SETTINGS


def find(accepted: Accepted) -> Found:
    for one, path in accepted.those(REFUSED, ever=True):
        if not isinstance(one.object, Queue) and one.part not in POLICY_SETTINGS:
            yield at_key(*path), one.why
