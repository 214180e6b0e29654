"""Two consumers read one queue.

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

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    readers: dict[str, str] = {}
    for consumer in subject.spec.consumers.values():
        for index, queue in enumerate(consumer.queues):
            place = at(*subject.queue_path(consumer, index))
            first = readers.setdefault(queue, consumer.name)
            if first != consumer.name:
                way_out = "give each a queue of its own"
                yield place, f"{first!r} reads {queue!r} too, so each gets only some of its messages: {way_out}"
            elif queue in consumer.queues[:index]:
                yield place, f"{queue!r} is read already: name it once"
