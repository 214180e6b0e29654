"""A schema or a reference lies outside the folder of the spec, or on the network.

Nothing is ever fetched, so that a contract is the same everywhere and always. Keep a copy inside the folder, and
refer to it by a relative path or by its `$id`.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    --- order.json
    {"type": "object", "properties": {"total": {"$ref": "https://schemas.example/money.json"}}}

    $ edatool validate
    order.json:1:53: E304 'https://schemas.example/money.json' would have to be fetched, which is never done: give a path, or keep a file with this $id beside the schema

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
    {"type": "object", "properties": {"total": {"$ref": "money.json"}}}
    --- money.json
    {"type": "number", "minimum": 0}
"""
