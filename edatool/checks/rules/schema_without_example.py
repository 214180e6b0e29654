"""The schema of an event has no example.

Nobody sees what a payload looks like, and routing is not tried with one. Write one under `examples`. Off by default.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {schema-without-example: warning}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "string"}}}

    $ edatool validate
    order.json:1:1: W329 the schema shows no payload: write one under examples

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {schema-without-example: warning}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "string"}}, "examples": [{"id": "A-1"}]}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for contract in subject.contracts.values():
        if not contract.examples:
            document = contract.reached.documents[contract.place.uri]
            yield document.position(contract.place.path), "the schema shows no payload: write one under examples"
