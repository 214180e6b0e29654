"""A quorum queue or stream is not durable, or deletes itself.

Both kinds keep what they have on several nodes, and RabbitMQ refuses them without that. Remove the key, or use a
classic queue; a quorum queue that nobody uses goes away with `expires`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, auto_delete: true}

    $ edatool validate
    routes.yaml:4:39: E224 a quorum queue cannot be auto_delete: use expires on a quorum queue, or remove it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, expires: 1h}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for queue in subject.spec.queues.values():
        if queue.type == "classic":
            continue
        if not queue.durable:
            yield at("queues", queue.name, "durable"), f"a {queue.type} queue is always durable: remove durable"
        if queue.auto_delete:
            message = f"a {queue.type} queue cannot be auto_delete: use expires on a quorum queue, or remove it"
            yield at("queues", queue.name, "auto_delete"), message
