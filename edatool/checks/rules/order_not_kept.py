"""A consumer or a delivery and its queue do not keep the order that is asked of them.

`single_active_consumer` has one process at a time read the queue, and `order_by` has a process handle events with the
same value one after the other. Order takes both, or one process at a time with `concurrency: 1`.

With `order: keep` it takes a classic queue, too: a quorum queue puts what a process had in hand back in another order when
that ends.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {single_active_consumer: true, dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders, concurrency: 8}

    $ edatool validate
    routes.yaml:9:47: W505 'orders' has one consumer at a time, which handles 8 events at once, in no order: say order_by, or concurrency: 1

Good:

    edatool: 1
    name: shop
    queues:
      orders: {single_active_consumer: true, dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders, concurrency: 8, order_by: customer.id}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.consuming import SpecConsumer


def find(subject: Subject) -> Found:
    for section, consumer in subject.spec.all_consumers:
        for name in consumer.queues:
            if name in subject.spec.queues:
                yield from _unordered(subject, section, consumer, name)


def _unordered(subject: Subject, section: str, consumer: SpecConsumer, name: str) -> Found:
    queue = subject.spec.queues[name]
    alone = {**queue.settings, **queue.arguments}.get("x-single-active-consumer") is True
    by = "order_by" if consumer.order_by else "order" if consumer.keeps_order else None
    if alone and not by and (consumer.concurrency or 1) > 1:
        message = (
            f"{name!r} has one consumer at a time, which handles {consumer.concurrency} events at once, in no order: "
            "say order_by, or concurrency: 1"
        )
        yield at(section, consumer.name, "concurrency"), message
    if by and not alone and not queue.external:
        message = (
            f"{by} holds within one process, and {name!r} may be read by several: "
            "give the queue single_active_consumer: true"
        )
        yield at(section, consumer.name, by), message
    if consumer.keeps_order and queue.type == "quorum" and not queue.external:
        message = (
            f"{name!r} is a quorum queue, which puts what a process had in hand back in another order when that ends: "
            "let its type be classic"
        )
        yield at(section, consumer.name, "order"), message
