"""A key template or the path of a field is malformed.

In a key, `{path.to.field}` is replaced by a field of the payload. Close the braces, and give each field a name.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, key: "order.{region"}

    $ edatool validate
    routes.yaml:4:44: E104 the key 'order.{region' has a lone {: fields are written {path.to.field}

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{region}", schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}
"""
