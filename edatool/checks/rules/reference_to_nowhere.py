"""A reference leads nowhere: there is no such file, no such `$id`, or no such place in it.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    --- order.json
    {"type": "object", "properties": {"total": {"$ref": "#/$defs/money"}}}

    $ edatool validate
    order.json:1:53: E305 '#/$defs/money' leads nowhere: order.json has no '/$defs/money', correct the part after #

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
    {"type": "object", "properties": {"total": {"$ref": "#/$defs/money"}}, "$defs": {"money": {"type": "number"}}}
"""
