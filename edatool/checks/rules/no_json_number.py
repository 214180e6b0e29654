"""A number that JSON does not have: infinity, or not a number.

It could not be sent to RabbitMQ. Leave it out, write the number that is meant, or quote it where it is a text.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: .inf}

    $ edatool validate
    routes.yaml:4:24: E009 .inf is not a number that JSON has: quote it if it is a word

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum}
"""
