"""A consumer or a delivery reads a queue that has no dead letters.

What it gives up, such as a message that is no JSON, would be lost; so it refuses to begin. Give the queue a
`dead_letter`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders}

    $ edatool validate
    routes.yaml:8:26: W506 what 'order-service' gives up would be lost, for 'orders' has no dead letters: give it a dead_letter

Good:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders}
"""

from collections.abc import Iterator

from edatool.checks.found import Found, at
from edatool.checks.routed import Routed
from edatool.checks.subject import Subject
from edatool.routing import effective
from edatool.spec.yaml_document import Path


def find(routed: Routed) -> Found:
    for reader, name, path in _read(routed.subject):
        queue = routed.router.topology.queues.get(name)
        if queue and not effective.dead_letters(queue, routed.router.policies):
            lost = f"what {reader!r} gives up would be lost, for {name!r} has no dead letters"
            yield at(*path), f"{lost}: give it a dead_letter"


def _read(subject: Subject) -> Iterator[tuple[str, str, Path]]:
    """Yield who reads a queue, its name, and where that stands."""
    for consumer in subject.spec.consumers.values():
        for index, queue in enumerate(consumer.queues):
            yield consumer.name, queue, subject.queue_path(consumer, index)
    for one in subject.spec.deliveries.values():
        yield one.name, one.queue, ("deliveries", one.name, "queue")
