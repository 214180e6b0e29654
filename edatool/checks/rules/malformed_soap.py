"""The name, the namespace or an operation of a SOAP service cannot stand in its WSDL.

The names of the service and of its events become names in XML, each once; the namespace is an absolute URI.

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
      billing: {namespace: "billing", events: [order.placed]}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "string"}}, "examples": [{"id": "A-1"}]}

    $ edatool validate
    routes.yaml:10:24: E542 'billing' is no absolute URI: write one of your own, such as urn:shop:billing

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

import re

from edatool.checks.found import Found, at, at_key
from edatool.checks.subject import Subject
from edatool.soap.answer_types import NAMESPACE
from edatool.soap.xml_types import XML_NAME

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_NAME = "letters, digits, -, _ and . after a letter or _"


def find(subject: Subject) -> Found:
    for name, service in subject.spec.soap.items():
        if not XML_NAME.fullmatch(name):
            yield at_key("soap", name), f"{name!r} is no name in XML: write {_NAME}"
        if not _URI.fullmatch(service.namespace):
            message = f"{service.namespace!r} is no absolute URI: write one of your own, such as urn:shop:billing"
            yield at("soap", name, "namespace"), message
        elif service.namespace == NAMESPACE:
            yield at("soap", name, "namespace"), f"{NAMESPACE!r} is the namespace of the answers: write one of your own"
        for index, event in enumerate(service.events):
            if event in service.events[:index]:
                yield at("soap", name, "events", index), f"{event!r} is an operation already: keep one"
            elif not XML_NAME.fullmatch(event):
                yield at("soap", name, "events", index), f"the event {event!r} is no name in XML: name it of {_NAME}"
