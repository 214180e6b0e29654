"""A key is not known here.

What RabbitMQ would never see is not accepted in silence. Take the name that is proposed, or one of those that are
listed; `edatool schema` prints the format for editors, which then complete it. `edatool validate --fix` corrects what
differs from a key in capital letters, hyphens and underscores only.

Bad:

    edatool: 1
    name: shop
    queus:
      orders: {type: quorum}

    $ edatool validate
    routes.yaml:3:1: E101 unknown key 'queus': did you mean 'queues'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum}
"""
