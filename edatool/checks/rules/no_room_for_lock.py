"""The limit of queues of the vhost leaves no room for the lock of apply.

While it works, `apply` holds a queue as its lock, so that no two change a vhost at once. Raise `max_queues`.

Bad:

    edatool: 1
    name: shop
    virtual_host: {limits: {max_queues: 1}}
    queues:
      orders: {}

    $ edatool validate
    routes.yaml:3:25: W310 max_queues 1 leaves no room for the lock of apply beside the 1 queues declared here, so that apply will be refused: raise it to 2 at least

Good:

    edatool: 1
    name: shop
    virtual_host: {limits: {max_queues: 2}}
    queues:
      orders: {}
"""

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
