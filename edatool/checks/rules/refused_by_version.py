"""What the RabbitMQ that is named with --rabbitmq refuses, and others do not."""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.history import REFUSED


def find(accepted: Accepted) -> Found:
    if accepted.subject.server:
        for one, path in accepted.those(REFUSED, ever=False):
            yield at_key(*path), one.why
