"""An object stands twice in a definitions file, differently.

Of exchanges and queues RabbitMQ keeps the first one, of others the last one; so does edatool. Keep one in the file.

Bad:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "queues": [
      {"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {}},
      {"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {"x-max-length": 1000}}]}

    $ edatool import --definitions definitions.json
    definitions.json:3:3: W405 the queue 'orders' is there twice, differently: RabbitMQ keeps the first one, remove one

Good:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "queues": [
      {"name": "orders", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {"x-max-length": 1000}}]}
"""
