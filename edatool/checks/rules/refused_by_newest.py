"""What the newest RabbitMQ refuses, and earlier ones do not; said where no version is named."""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.history import REFUSED


def find(accepted: Accepted) -> Found:
    if not accepted.subject.server:
        for one, path in accepted.those(REFUSED, ever=False):
            # transient-queue tells more of queues that are not durable.
            if one.part != "durable":
                yield at_key(*path), one.why
