"""RabbitMQ ignores something in a definitions file.

A key that is spelt as elsewhere, such as `apply_to` for `apply-to`, has no effect there. Correct the file.

Bad:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "policies": [{"name": "bounded", "vhost": "/", "pattern": "^orders", "apply_to": "queues", "priority": 0, "definition": {"max-length": 1000}}]}

    $ edatool import --definitions definitions.json
    definitions.json:1:110: W406 RabbitMQ ignores the key 'apply_to' of the policy 'bounded': did you mean 'apply-to'?

Good:

    --- definitions.json
    {"vhosts": [{"name": "/"}], "policies": [{"name": "bounded", "vhost": "/", "pattern": "^orders", "apply-to": "queues", "priority": 0, "definition": {"max-length": 1000}}]}
"""
