"""A key is no text, but a list or a mapping.

Usually braces that were meant as a part of a name. Quote the key.

Bad:

    edatool: 1
    name: shop
    queues:
      {orders}: {type: quorum}

    $ edatool validate
    routes.yaml:4:3: E008 a key must be a string: quote it if it is one

Good:

    edatool: 1
    name: shop
    queues:
      "{orders}": {type: quorum}
"""
