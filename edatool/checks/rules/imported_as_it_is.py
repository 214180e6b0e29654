"""Something on the broker is imported as it is, and leads nowhere.

Alternates and dead letters to what is not there, for example. The spec says what the broker has, so that `plan`
changes nothing; correct it in the spec afterwards.

Bad:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "queues": [{"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {"x-dead-letter-exchange": "dead"}}]}

    $ edatool import --definitions definitions.json
    W402 dead letters of queue 'orders' are dropped, for the exchange 'dead' is not there: declare it

Good:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "queues": [{"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {"x-dead-letter-exchange": "amq.fanout"}}]}
"""
