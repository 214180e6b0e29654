"""What the RabbitMQ that is named with --rabbitmq takes and ignores, and others do not."""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.history import IGNORED


def find(accepted: Accepted) -> Found:
    if accepted.subject.server:
        for one, path in accepted.those(IGNORED, ever=False):
            yield at_key(*path), one.why
