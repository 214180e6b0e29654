"""The key of an event uses fields, and the event has no schema that could guarantee them.

A payload without them cannot be published, which is found out only then. Give the event a schema that requires them.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{region}"}
    bindings:
      - {queue: orders, events: [order.placed]}

    $ edatool validate
    routes.yaml:6:44: W242 the key uses {region}, and no schema guarantees it: give the event a schema

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{region}", schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for event in subject.spec.events.values():
        if event.key.fields and event.schema is None:
            message = f"the key uses {{{event.key.fields[0]}}}, and no schema guarantees it: give the event a schema"
            yield at("events", event.name, "key"), message
