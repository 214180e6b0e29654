"""A file cannot be read: it is not there, it may not be opened, or it is not UTF-8.

Nothing is said of what belongs together while a part of the spec is missing. Correct the name, which is looked for
beside the file that names it, or the rights of the file; save it as UTF-8.

Bad:

    edatool: 1
    name: shop
    include: [teams/biling.yaml]

    $ edatool validate
    routes.yaml:3:11: E001 teams/biling.yaml cannot be read: No such file or directory: correct the name

Good:

    edatool: 1
    name: shop
    include: [teams/billing.yaml]
    --- teams/billing.yaml
    edatool: 1
    queues:
      invoices: {type: quorum}
"""
