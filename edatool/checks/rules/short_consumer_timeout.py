"""A consumer may hold events longer than RabbitMQ lets it.

What is prefetched waits in the consumer until its turn. When RabbitMQ's `consumer_timeout` is over it closes the channel, and
everything in hand comes again. Let the timeout of an event or the prefetch be smaller, or the `consumer_timeout` longer.
Where the queue says none, nothing is said.

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
from edatool.spec.quantity import as_duration


def find(routed: Routed) -> Found:
    for consumer in routed.subject.spec.consumers.values():
        held = _held(consumer)
        for name in consumer.queues if held else ():
            settings = routed.settings[name]
            allowed = next((one.holds.value for one in settings if one.name == "consumer-timeout"), None)
            if isinstance(allowed, int) and held > allowed:
                message = f"an event may be in hand for {as_duration(held)}, and {name!r} allows {as_duration(allowed)}"
                way_out = "let timeout or prefetch be smaller, or consumer_timeout longer"
                yield at("consumers", consumer.name, "timeout"), f"{message}: {way_out}"


def _held(consumer: SpecConsumer) -> int:
    """Return how long an event may be in hand at most, in milliseconds; 0 where nobody says."""
    rounds = ceil((consumer.prefetch or 1) / (consumer.concurrency or 1))
    return round((consumer.timeout or 0) * 1000) * max(1, rounds)
