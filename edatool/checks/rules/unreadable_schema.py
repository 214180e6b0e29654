"""A schema is missing or cannot be read.

Schemas are looked for beside the file that names them, inside the folder of the spec. Correct the path.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: oder.json}

    $ edatool validate
    routes.yaml:4:47: E301 oder.json is not a file: correct the path

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
