"""An object on the broker is left out of an imported spec, which cannot say it.

Queues of one connection, names that the server made, types of plugins that edatool does not know. It stays as it is.

Bad:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "queues": [{"name": "amq.gen-Xm2dU9", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {}}]}

    $ edatool import --definitions definitions.json
    W401 the queue 'amq.gen-Xm2dU9' is left out: the server made its name for one client, which declares it anew: nothing needs to be done

Good:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "queues": [{"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {}}]}
"""
