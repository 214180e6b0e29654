"""A filter is not a pattern of the filter language.

Filters are EventBridge's event patterns, read strictly, so that none means something else than it looks like: see
`docs/tasks/filters.md`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed, filter: {data.total: [{numerc: [">=", 100]}]}}

    $ edatool validate
    routes.yaml:6:92: E291 unknown operator 'numerc': did you mean 'numeric'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed, filter: {data.total: [{numeric: [">=", 100]}]}}
    router:
      dead_letter: {exchange: "", key: orders}
"""
