"""A second YAML document begins in the file.

Readers differ in which of them they take. Keep one document in a file, and name others by `include`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    ---
    queues:
      invoices: {}

    $ edatool validate
    routes.yaml:5:1: E007 a second YAML document starts here: keep one document in a file

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
      invoices: {}
"""
