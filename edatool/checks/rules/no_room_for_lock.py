"""A max_queues of the vhost that leaves no room for the lock of apply, which is a queue while it works."""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    limits = subject.spec.virtual_host.limits if subject.spec.virtual_host else {}
    most = limits.get("max-queues", -1)
    own = [one for one in subject.spec.queues.values() if not one.external]
    count = len(own) + sum(len(one.retry) for one in own)
    if 0 <= most <= count:
        message = (
            f"max_queues {most} leaves no room for the lock of apply beside the {count} queues declared here, so that "
            f"apply will be refused: raise it to {count + 1} at least"
        )
        yield at_key("virtual_host", "limits", "max_queues"), message
