"""An exported resource refers to a Kubernetes Secret that has to be made.

No secret is exported. Make the Secret that is named, with the keys that are named.

Bad:

    edatool: 1
    name: shop
    users:
      shop: {password: {env: SHOP_PASSWORD}, permissions: {read: "^orders$"}}

    $ edatool export --format kubernetes --cluster rabbit
    W422 the Secret 'shop-shop-user' of the user shop is not in the export: make it with the keys username (shop), password (as in the environment variable SHOP_PASSWORD)

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
"""
