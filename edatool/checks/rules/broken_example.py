"""An example of a schema does not keep the schema.

Whoever reads it is misled, and tests by it say nothing. Correct the example, or the schema.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    --- order.json
    {"type": "object", "required": ["total"], "examples": [{"totl": 120}]}

    $ edatool validate
    order.json:1:56: E307 the example does not keep the contract: "total" is a required property

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
    {"type": "object", "required": ["total"], "examples": [{"total": 120}]}
"""
