"""A comment asks to ignore something, and does not say which rules and why.

It has no effect. Whoever reads it in a year wants to know whether the reason still holds. A finding is ignored by a
comment behind it, or on the line above; behind the key of an object, for all that is in it:
`# edatool: ignore[W262, W506] because REASON`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
      invoices: {}  # edatool: ignore[W262]
    events:
      order.placed: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [order.placed]}

    $ edatool validate
    routes.yaml:5:3: W262 no declared event and no dead letter can reach the queue 'invoices': bind it, or remove it
    routes.yaml:5:17: W703 this ignores nothing: say which rules, and why, as in # edatool: ignore[W262] because REASON

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
      invoices: {}  # edatool: ignore[W262] because the billing service still binds it itself
    events:
      order.placed: {exchange: amq.topic}
    bindings:
      - {queue: orders, events: [order.placed]}
"""
