"""Something of a kind that is not imported is there.

Users, permissions, parameters, and what the vhost says of itself stay where they are managed now; most of it is
imported with `--administration`.

Bad:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "parameters": [{"name": "orders", "vhost": "/", "component": "shovel", "value": {"src-uri": "amqp://", "src-queue": "a", "dest-uri": "amqp://", "dest-queue": "b"}}]}

    $ edatool import --definitions definitions.json
    W403 the parameter shovel orders is not taken over: keep it where it is managed now, or import with --administration

Good:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "queues": [{"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {}}]}
"""
