"""A schema is not JSON, says a key twice, or is too large or too deep.

JSON is read strictly, so that all readers read it alike. Mend it at the place that is named.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    --- order.json
    {"type": "object", "required": ["total"], "type": "array"}

    $ edatool validate
    order.json:1:43: E302 the key "type" stands here again: keep one

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object"}
"""
