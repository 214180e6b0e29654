"""A payload cannot be published as an event.

It is no JSON, breaks the contract of the event, or lacks a field of its key. Correct the payload.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
    --- payload.json
    {"total": "120"}

    $ edatool route order.placed payload.json
    payload.json:1:11: E308 the payload of 'order.placed' is not published: /total: the value is not of type "number": found "120"

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
    {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
    --- payload.json
    {"total": 120}
"""
