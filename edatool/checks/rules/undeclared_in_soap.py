"""A SOAP service has an operation whose event the spec does not declare.

Correct the name, or declare the event.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    soap:
      billing: {namespace: "urn:shop:billing", events: [order.place]}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "string"}}, "examples": [{"id": "A-1"}]}

    $ edatool validate
    routes.yaml:10:53: E541 the event 'order.place' is not declared: did you mean 'order.placed'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    soap:
      billing: {namespace: "urn:shop:billing", events: [order.placed]}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "string"}}, "examples": [{"id": "A-1"}]}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_event


def find(subject: Subject) -> Found:
    for service in subject.spec.soap.values():
        for index, event in enumerate(service.events):
            yield from undeclared_event(subject, event, "soap", service.name, "events", index)
