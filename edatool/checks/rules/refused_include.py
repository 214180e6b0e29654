"""A file may not be included: it lies outside the folder of the spec, or there are too many.

A file elsewhere could be anybody's, and is not there where the spec is checked. Move it inside, or put files
together.

Bad:

    edatool: 1
    name: shop
    include: [../billing/routes.yaml]

    $ edatool validate
    routes.yaml:3:11: E010 ../billing/routes.yaml is outside the folder of the spec: move it inside

Good:

    edatool: 1
    name: shop
    include: [billing/routes.yaml]
    --- billing/routes.yaml
    edatool: 1
    queues:
      invoices: {type: quorum}
"""
