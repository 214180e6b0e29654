"""A number begins with a zero, which some YAML readers take for an octal one.

`0100` is 100 for YAML 1.2 and 64 for YAML 1.1. Write the number without the zero, or quote it where it is a text.
`edatool validate --fix` does the former where the format takes a number and no text.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 0100}

    $ edatool validate
    routes.yaml:4:24: W106 0100 is read as the number 100: write 100, or quote it, "0100", if it is a text

Good:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 100}
"""
