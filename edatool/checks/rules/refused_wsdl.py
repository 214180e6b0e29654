"""The WSDL of a delivery, or something that it imports, is not read.

Nothing but files in the folder of the spec is, and no XML with a DTD. Keep copies of what a WSDL imports beside it, and
have it import these by relative paths.

Bad:

    edatool: 1
    name: shop
    queues:
      bills: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    deliveries:
      billing:
        queue: bills
        to: https://billing.example/soap
        soap: {wsdl: billing.wsdl, operation: Bill}
    --- billing.wsdl
    <definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import location="https://billing.example/more.wsdl"/></definitions>

    $ edatool validate
    routes.yaml:10:18: E533 'https://billing.example/more.wsdl', which billing.wsdl imports, would have to be fetched, which is never done: keep a copy in the folder of the spec, and import that by a relative path

Good:

    edatool: 1
    name: shop
    queues:
      bills: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    deliveries:
      billing:
        queue: bills
        to: https://billing.example/soap
        soap: {wsdl: billing.wsdl, operation: Bill}
    --- billing.wsdl
    <definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import location="more.wsdl"/></definitions>
    --- more.wsdl
    <definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.soap.documents import RefusedWsdl


def find(subject: Subject) -> Found:
    for name, documents in subject.wsdls.items():
        if isinstance(documents, RefusedWsdl):
            yield at("deliveries", name, "soap", "wsdl"), str(documents)
