"""A key is missing, or two exclude each other, or the file is no mapping at all.

Bad:

    edatool: 1
    name: shop
    bindings:
      - {exchange: amq.topic, key: order.placed}

    $ edatool validate
    routes.yaml:4:5: E102 one of queue or to_exchange is needed

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
"""
