"""A schema is of a draft that is unknown or not supported.

Supported are draft-04 to 2020-12, the latter where `$schema` is missing. Write the address of one of them.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    --- order.json
    {"$schema": "http://json-schema.org/draft-02/schema#", "type": "object"}

    $ edatool validate
    order.json:1:13: E306 $schema 'http://json-schema.org/draft-02/schema#' is unknown: did you mean 'http://json-schema.org/draft-07/schema'?

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
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
"""
