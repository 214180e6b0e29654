"""A routing test fails: its message does not go where the test expects it.

`edatool test` shows the way of the message, and why bindings did not match. Either the routes are wrong, or they were
changed on purpose and the test says what was right before.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    tests:
      - {name: orders are worked on, message: {exchange: amq.topic, key: order.eu.placed}, expect: [orders]}

    $ edatool test --format short
    routes.yaml:8:5: E801 the test 'orders are worked on' fails: it does not reach orders: correct the routes, or what it expects

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.*.placed}
    tests:
      - {name: orders are worked on, message: {exchange: amq.topic, key: order.eu.placed}, expect: [orders]}
"""
