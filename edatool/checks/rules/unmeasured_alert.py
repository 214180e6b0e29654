"""The alert is about the age of messages, which RabbitMQ does not tell of this type of queue.

RabbitMQ knows when the first message was published of classic queues only, by the time that publishers write into messages.
Let the alert be about depth or consumers, or the queue be a classic one.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, alerts: {age: 5m}}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}

    $ edatool validate
    routes.yaml:4:40: W551 RabbitMQ tells no age of messages of 'orders', a quorum queue: this alert never comes; use depth or consumers

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, alerts: {depth: 10000, consumers: 1}}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for one in subject.spec.queues.values():
        if one.alerts.age is not None and one.type != "classic":
            message = f"RabbitMQ tells no age of messages of {one.name!r}, a {one.type} queue"
            yield at("queues", one.name, "alerts", "age"), f"{message}: this alert never comes; use depth or consumers"
