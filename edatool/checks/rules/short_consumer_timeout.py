"""A consumer or a delivery may hold events longer than RabbitMQ lets it.

What is prefetched waits in the consumer until its turn, and with `order: keep` what failed waits there for its next try;
so does one event of a delivery while its endpoint is left alone.
When RabbitMQ's `consumer_timeout` is over it closes the channel, and everything in hand comes again. Let the timeout of an
event, the prefetch or the waits be smaller, or the `consumer_timeout` longer.

Where neither the queue nor a policy says one it is 30 minutes; a `rabbitmq.conf` that says another is a reason to ignore
this. From 4.3 on classic queues have none.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, consumer_timeout: 10m, dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders, concurrency: 1, prefetch: 20, timeout: 1m}

    $ edatool validate
    routes.yaml:9:73: W508 an event may be in hand for 20m, and 'orders' allows 10m: let timeout or prefetch be smaller, or consumer_timeout longer

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, consumer_timeout: 30m, dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders, concurrency: 1, prefetch: 20, timeout: 1m}
"""

from math import ceil

from edatool.checks.found import Found, at
from edatool.checks.routed import Routed
from edatool.spec.consuming import SpecConsumer
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.quantity import as_duration
from edatool.spec.spec import SpecQueue

_BY_DEFAULT = 30 * 60 * 1000
"""Milliseconds (https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout)."""
_WITHOUT_FOR_CLASSIC = (4, 3, 0)
"""From here on RabbitMQ lets consumers of classic queues hold messages as long as they like (measured)."""


def find(routed: Routed) -> Found:
    for section, consumer in routed.subject.spec.all_consumers:
        for name in consumer.queues:
            queue = routed.subject.spec.queues[name]
            delivery = routed.subject.spec.deliveries[consumer.name] if section == "deliveries" else None
            held, key, way_out = max(_held(consumer, queue), _held_by_circuit(delivery))
            allowed, who = _allowed(routed, queue)
            if allowed is not None and held > allowed:
                message = f"an event may be in hand for {as_duration(held)}, and {who} allows {as_duration(allowed)}"
                yield at(section, consumer.name, key), f"{message}: let {way_out}, or consumer_timeout longer"


def _held(consumer: SpecConsumer, queue: SpecQueue) -> tuple[int, str, str]:
    """Return how long an event may be in hand at most, in milliseconds, 0 where nobody says; by which key, and a way out."""
    timeout = round((consumer.timeout or 0) * 1000)
    if consumer.keeps_order and queue.retry:
        return sum(queue.retry) + timeout * (len(queue.retry) + 1), "order", "the waits of retry be shorter"
    rounds = ceil((consumer.prefetch or 1) / (consumer.concurrency or 1))
    return timeout * max(1, rounds), "timeout", "timeout or prefetch be smaller"


def _held_by_circuit(delivery: SpecDelivery | None) -> tuple[int, str, str]:
    """Return the same of the one event that a delivery has in hand while it leaves its endpoint alone."""
    held = delivery.circuit.longest_pause + delivery.timeout if delivery else 0
    return held, "circuit", "longest_pause of circuit be shorter"


def _allowed(routed: Routed, queue: SpecQueue) -> tuple[int | None, str]:
    """Return how long a queue lets events be in hand, None for ever, and who says so."""
    said = next((one.holds.value for one in routed.settings[queue.name] if one.name == "consumer-timeout"), None)
    if isinstance(said, int):
        return said, repr(queue.name)
    server = routed.subject.server
    if queue.type == "classic" and server and server.version >= _WITHOUT_FOR_CLASSIC:
        return None, ""
    return _BY_DEFAULT, "RabbitMQ by default"
