"""An imported spec names an environment variable that has to be set before `plan`.

Passwords cannot be read back from a broker, and URIs with credentials are not written into files.

Bad:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "users": [{"name": "shop", "password_hash": "3jFmUl9kB3qSeBCTHgwYDTtWlGGrKVBQ1jYnKCcdAxGNvX1S", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ["management"]}], "permissions": [{"user": "shop", "vhost": "/", "configure": "", "write": "", "read": ".*"}]}

    $ edatool import --administration --definitions definitions.json
    W404 the password of the user 'shop' cannot be read back: set the environment variable SHOP_PASSWORD to it before plan, or remove the key password

Good:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "users": [], "queues": [{"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {}}]}
"""
