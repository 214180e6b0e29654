"""A schema is not JSON, says a key twice, or is too large or too deep.

JSON is read strictly, so that all readers read it alike. Mend it at the place that is named.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    --- order.json
    {"type": "object",}

    $ edatool validate
    order.json:1:19: E302 not JSON: expecting property name enclosed in double quotes

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
