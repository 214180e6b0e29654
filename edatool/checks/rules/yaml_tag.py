"""A value has a tag of YAML, such as `!env` or `!!binary`.

Tags mean something only to the program that knows them. Write the value itself; what differs from place to place
comes from the environment, by `${NAME}`.

Bad:

    edatool: 1
    name: shop
    vhost: !env SHOP_VHOST

    $ edatool validate
    routes.yaml:3:8: E004 the tag !env is not allowed: write a plain value

Good:

    edatool: 1
    name: shop
    vhost: ${SHOP_VHOST:-/}
"""
