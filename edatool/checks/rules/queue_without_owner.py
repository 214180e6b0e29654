"""A queue has no owner, and no declared consumer, trigger or delivery reads it.

When it fills up, nobody knows whom to call, nor whether it may be deleted. Name the team or the service in `owner`, or
declare the consumer that reads it. Queues of others are not asked.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    checks:
      severity: {queue-without-owner: warning}

    $ edatool validate
    routes.yaml:4:3: W712 nobody knows whose the queue 'orders' is: name its owner

Good:

    edatool: 1
    name: shop
    queues:
      orders: {owner: order-service}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    checks:
      severity: {queue-without-owner: warning}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    spec = subject.spec
    started = {trigger.queue for trigger in spec.triggers.values()}
    read = {*spec.readers, *started, *(delivery.queue for delivery in spec.deliveries.values())}
    for queue in spec.queues.values():
        made_for_a_trigger = not spec.document.holds(("queues", queue.name))
        if not (queue.owner or queue.external or queue.name in read or made_for_a_trigger):
            yield at_key("queues", queue.name), f"nobody knows whose the queue {queue.name!r} is: name its owner"
