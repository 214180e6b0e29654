"""A file is too large, nested too deeply, or stands for too much by its aliases.

The limits keep a file of a few lines from taking all memory. Split the file with `include`, or write less of it.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {arguments: {x: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}

    $ edatool validate
    routes.yaml:4:88: E005 nested deeper than 64 levels: flatten it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum}
"""
