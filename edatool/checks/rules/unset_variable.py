"""A variable that the spec names is not set, or its name is malformed.

A spec with a variable left empty could be applied to the wrong vhost. Set it in the environment, give it a default as
`${NAME:-default}`, or write `$${` where a literal `${` is meant.

Bad:

    edatool: 1
    name: shop
    vhost: ${SHOP_VHOST}

    $ edatool validate
    routes.yaml:3:8: E006 the variable SHOP_VHOST is not set: set it, or write ${SHOP_VHOST:-default}

Good:

    edatool: 1
    name: shop
    vhost: ${SHOP_VHOST:-/}
"""
