"""A key stands twice in one mapping.

YAML readers take the last one in silence, so half of what was written would be lost. Keep one of them, or put both
together. `edatool validate --fix` removes the second where both have the same value, written without a variable.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum}
      orders: {max_length: 1000}

    $ edatool validate
    routes.yaml:5:3: E003 the key 'orders' stands here again, first in line 4: keep one

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, max_length: 1000}
"""
