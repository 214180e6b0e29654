"""What the RabbitMQ that is named with --rabbitmq takes only with a plugin."""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.history import DEPENDS


def find(accepted: Accepted) -> Found:
    if accepted.subject.server:
        for one, path in accepted.those(DEPENDS, ever=False):
            yield at_key(*path), one.why
