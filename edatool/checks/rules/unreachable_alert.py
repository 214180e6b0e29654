"""The queue takes no more messages than its alert allows.

It drops messages or refuses them from `max_length` on, and never holds more: nobody is told before something is lost. Let the
depth of the alert be lower.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 10000, alerts: {depth: 10000}}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}

    $ edatool validate
    routes.yaml:4:47: W552 'orders' never holds more than 10000 messages, its max_length: this alert never comes; let its depth be lower

Good:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 10000, alerts: {depth: 8000}}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for one in subject.spec.queues.values():
        most = one.settings.get("x-max-length")
        if one.alerts.depth is not None and isinstance(most, int) and most <= one.alerts.depth:
            message = f"{one.name!r} never holds more than {most} messages, its max_length"
            yield (
                at("queues", one.name, "alerts", "depth"),
                f"{message}: this alert never comes; let its depth be lower",
            )
