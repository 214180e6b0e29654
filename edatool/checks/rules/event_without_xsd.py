"""An event of a SOAP service has payloads that XSD cannot describe.

A payload has to be an object whose fields are named, each of one type, or null besides; arrays have one schema for all
their items. [Talk to a SOAP system](../../tasks/talk-to-a-soap-system.md) has the rules. Describe the field more
closely, or leave the event out of the service.

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
      billing: {namespace: "urn:shop:billing", events: [order.placed]}
    --- order.json
    {"type": "object", "properties": {"id": {"minLength": 1}}, "examples": [{"id": "A-1"}]}

    $ edatool validate
    routes.yaml:10:53: E543 the event 'order.placed' has no XSD, as /id has no type: describe it in order.json, or leave the event out

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

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.soap.xml_types import NotInXsd, xml_type


def find(subject: Subject) -> Found:
    for name, service in subject.spec.soap.items():
        for index, event in enumerate(service.events):
            declared = subject.spec.events.get(event)
            place = at("soap", name, "events", index)
            if declared and declared.schema is None:
                yield place, f"the event {event!r} has no XSD, as it has no schema: give it one"
            contract = subject.contracts.get(declared.schema or "") if declared else None
            if contract is None:
                continue
            try:
                xml_type(contract)
            except NotInXsd as wrong:
                what = wrong.pointer or "a payload"
                way_out = f"describe it in {contract.name}, or leave the event out"
                yield place, f"the event {event!r} has no XSD, as {what} {wrong.message}: {way_out}"
