"""Apply would refuse a change, for it loses messages, or touches what is not from this spec.

An event that reaches a queue now would reach none: that is said at the event. What else apply refuses is said of the
whole spec. What is meant can be agreed to, by the option that the finding names.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: order.placed}
    --- before/routes.yaml
    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: order.placed}
    bindings:
      - {queue: orders, events: [order.placed]}

    $ edatool diff --against before/routes.yaml --format short
    routes.yaml:6:3: E802 no queue would get messages of 'order.placed' any more, which orders got until now: bind one, or accept it with --allow-unroutable order.placed

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: order.placed}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.*}
    --- before/routes.yaml
    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: order.placed}
    bindings:
      - {queue: orders, events: [order.placed]}
"""
