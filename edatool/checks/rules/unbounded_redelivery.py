"""A quorum queue gives messages back to its consumers without an end.

With a `delivery_limit` of -1 nothing counts what fails. With a `delayed_retry_type` of `all` or `returned` what a consumer
gives back by `basic.nack` comes again and again after the shortest wait, as RabbitMQ 4.3 does not count that: only with
`failed` does each wait get longer, and the limit end it.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, delayed_retry_type: all, delayed_retry_min: 5s, delivery_limit: 10}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}

    $ edatool validate
    routes.yaml:4:3: W275 what consumers of 'orders' give back by basic.nack comes again for ever: let delayed_retry_type be failed
    routes.yaml:4:26: W265 what fails in 'orders' to the last retry would be lost: give it a dead_letter

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, delayed_retry_type: failed, delayed_retry_min: 5s, delivery_limit: 10}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.routing.overriding import effective_settings


def find(routed: Routed) -> Found:
    router = routed.router
    for name, declared in routed.subject.spec.queues.items():
        if declared.type != "quorum" or declared.external:
            continue
        found = effective_settings(router.topology.queues[name], router.policies, router.operators)
        settings = {one.name: one.holds.value for one in found}
        limit = settings.get("delivery-limit")
        if isinstance(limit, int) and limit < 0:
            yield (
                at_key("queues", name),
                f"what fails in {name!r} is delivered again for ever: give it a delivery_limit",
            )
        if settings.get("delayed-retry-type") in ("all", "returned"):
            nacked = f"what consumers of {name!r} give back by basic.nack comes again for ever"
            yield at_key("queues", name), f"{nacked}: let delayed_retry_type be failed"
