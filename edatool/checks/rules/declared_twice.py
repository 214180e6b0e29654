"""Two of the included files declare the same object, or say the vhost or name differently.

Which one holds would depend on their order. Declare it in one place; a file that is to override another one is given
after it, with `-f`.

Bad:

    edatool: 1
    name: shop
    include: [billing.yaml]
    queues:
      invoices: {type: quorum}
    --- billing.yaml
    edatool: 1
    queues:
      invoices: {type: classic}

    $ edatool validate
    billing.yaml:3:3: E105 queues: 'invoices' is declared in routes.yaml:5:3 already: declare it in one place

Good:

    edatool: 1
    name: shop
    include: [billing.yaml]
    queues:
      orders: {type: quorum}
    --- billing.yaml
    edatool: 1
    queues:
      invoices: {type: classic}
"""
