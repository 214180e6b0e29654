"""The schema of an event refuses fields that it does not name.

A producer that adds a field breaks every consumer that checks payloads by the schema that it has. Leave the model open, and
check in tests of the producer what it writes. Off by default.

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
      severity: {closed-model: warning}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": false}

    $ edatool validate
    order.json:1:86: W326 a field that a producer adds breaks consumers with this schema: leave additionalProperties out

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
      severity: {closed-model: warning}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "string"}}}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject

_CLOSING = ("additionalProperties", "unevaluatedProperties")


def find(subject: Subject) -> Found:
    for contract in subject.contracts.values():
        place = contract.place
        document = contract.reached.documents[place.uri]
        for keyword in _CLOSING:
            if contract.schema.get(keyword) is False:
                message = f"a field that a producer adds breaks consumers with this schema: leave {keyword} out"
                yield document.position((*place.path, keyword)), message
