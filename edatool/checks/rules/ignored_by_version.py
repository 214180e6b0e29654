"""The RabbitMQ that is named with `--rabbitmq` takes something and ignores it, and others do not.

What it stands for does not happen there. Remove it, or write what that version has instead.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: classic, queue_mode: lazy}

    $ edatool validate --rabbitmq 4.3
    routes.yaml:4:27: W229 RabbitMQ 4.3 ignores x-queue-mode on a classic queue (as all from 3.12 on do): remove it, for all classic queues are lazy

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: classic}
"""

from edatool.checks.accepted import Accepted
from edatool.checks.found import Found, at_key
from edatool.spec.rabbitmq.history import IGNORED


def find(accepted: Accepted) -> Found:
    if accepted.subject.server:
        for one, path in accepted.those(IGNORED, ever=False):
            yield at_key(*path), one.why
