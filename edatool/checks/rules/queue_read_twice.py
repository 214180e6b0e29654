"""Two consumers, triggers or deliveries read one queue.

A message goes to one of them, so each gets only some of the events. Processes of one consumer may share a queue:
declare it once. For two that want every event, declare a queue for each.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders}
      statistics: {queue: orders}

    $ edatool validate
    routes.yaml:10:23: W504 'order-service' reads 'orders' too, so each gets only some of its messages: give each a queue of its own

Good:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      orders-for-statistics: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
      - {queue: orders-for-statistics, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders}
      statistics: {queue: orders-for-statistics}
"""

from collections.abc import Iterator

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.yaml_document import Path


def find(subject: Subject) -> Found:
    readers: dict[str, str] = {}
    for reader, queue, where in _readings(subject):
        first = readers.setdefault(queue, reader)
        if first != reader:
            way_out = "give each a queue of its own"
            yield at(*where), f"{first!r} reads {queue!r} too, so each gets only some of its messages: {way_out}"
    for consumer in subject.spec.consumers.values():
        for index, queue in enumerate(consumer.queues):
            if queue in consumer.queues[:index]:
                yield at(*subject.queue_path(consumer, index)), f"{queue!r} is read already: name it once"


def _readings(subject: Subject) -> Iterator[tuple[str, str, Path]]:
    """Yield who reads which queue, and where the spec says so."""
    spec = subject.spec
    for consumer in spec.consumers.values():
        for index, queue in enumerate(consumer.queues):
            yield consumer.name, queue, subject.queue_path(consumer, index)
    for trigger in spec.triggers.values():
        yield trigger.name, trigger.queue, ("triggers", trigger.name, "queue")
    for delivery in spec.deliveries.values():
        yield delivery.name, delivery.queue, ("deliveries", delivery.name, "queue")
