"""A schema is not valid JSON Schema.

Its meta-schema refuses it, or a regular expression in it is none. Nothing could be checked by it. Correct it.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    --- order.json
    {"type": "object", "required": "total"}

    $ edatool validate
    order.json:1:32: E303 not a valid schema: the value is not of type "array": found "total"

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
    {"type": "object", "required": ["total"]}
"""
