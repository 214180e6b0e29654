"""A classic queue is not durable.

It is lost with its broker, and RabbitMQ 4.3 refuses it unless its configuration permits it. Make it durable; a queue
that goes away when nobody uses it has `expires`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: classic, durable: false}

    $ edatool validate
    routes.yaml:4:36: W226 a queue that is not durable is lost with its broker, and newer brokers refuse it: make it durable

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: classic, expires: 1h}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.rabbitmq.arguments import TRANSIENT_UNTIL


def find(subject: Subject) -> Found:
    if subject.server and subject.server.version >= TRANSIENT_UNTIL:
        return
    for queue in subject.spec.queues.values():
        if queue.type == "classic" and not queue.durable:
            message = (
                "a queue that is not durable is lost with its broker, and newer brokers refuse it: make it durable"
            )
            yield at("queues", queue.name, "durable"), message
