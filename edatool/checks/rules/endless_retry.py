"""What a consumer rejects comes back to it, and nothing counts how often.

A queue whose dead letters wait in another one and expire back into it is a retry without an end: RabbitMQ ends circles of
messages that expire, and never those in which one was rejected. Say `retry`, which `Consumer` counts; or lead dead letters
to a queue that keeps them.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: waiting}}
      waiting: {message_ttl: 5s, dead_letter: {exchange: "", key: orders}}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}

    $ edatool validate
    routes.yaml:4:25: W274 what a consumer of 'orders' rejects comes back for ever, by orders -> waiting -> orders: say retry, or lead dead letters to a queue that keeps them

Good:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}, retry: [5s, 1m]}
      dead: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
"""

from edatool.checks.found import Found, at
from edatool.checks.routed import Routed
from edatool.routing.journey import journeys
from edatool.routing.message import Letter


def find(routed: Routed) -> Found:
    for name, queue in routed.subject.spec.queues.items():
        # A queue that has dead letters by itself is part of the way of others: W272 looks at those.
        if not queue.dead_letter or "x-message-ttl" in queue.settings:
            continue
        ways = journeys(routed.router, Letter("", (name,), {}), name, "rejected")
        back = next((way.queues for way in ways if way.queues[-1] == name and len(way.queues) > 1), None)
        if back:
            message = (
                f"what a consumer of {name!r} rejects comes back for ever, by {' -> '.join(back)}: "
                "say retry, or lead dead letters to a queue that keeps them"
            )
            yield at("queues", name, "dead_letter"), message
