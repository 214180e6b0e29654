"""A rule is ignored where it finds nothing.

What it was ignored for is gone, so this would hide the next finding, which nobody has looked at. It is not said of rules
that are off, of those that depend on the version of RabbitMQ, and not while the spec has errors.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}  # edatool: ignore[unreachable-queue] because its events come next month
    events:
      order.placed: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [order.placed]}

    $ edatool validate
    routes.yaml:4:15: W704 nothing is found here that unreachable-queue could be ignored for: remove it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [order.placed]}
"""
