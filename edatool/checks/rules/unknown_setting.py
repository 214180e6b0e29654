"""A setting of a policy that RabbitMQ does not know, so it refuses the policy unless a plugin knows it."""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.history import DEPENDS


def find(accepted: Accepted) -> Found:
    for one, path in accepted.those(DEPENDS, ever=True):
        yield at_key(*path), one.why
