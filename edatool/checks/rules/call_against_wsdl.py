"""A delivery calls an operation of SOAP, or gives it parameters or headers, that its WSDL does not have.

Each field is a parameter of the operation: an element or an attribute of its XSD. Those of `soap.headers` are headers that
the WSDL declares for it, and what is in them. What the XSD requires has to be mapped, and what becomes of the answer has to
be in that. A delivery with this does not begin; all else in the spec works, so that it is a warning. It is found where
`edatool-rabbitmq[soap]` is installed, which brings zeep.

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
        fields: {numbr: data.id}
    --- billing.wsdl
    <definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:b="urn:billing" targetNamespace="urn:billing">
      <types>
        <schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:billing" elementFormDefault="qualified">
          <element name="Bill"><complexType><sequence><element name="number" type="string"/></sequence></complexType></element>
        </schema>
      </types>
      <message name="Bill"><part name="parameters" element="b:Bill"/></message>
      <portType name="Billing"><operation name="Bill"><input message="b:Bill"/></operation></portType>
      <binding name="Billing" type="b:Billing">
        <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
        <operation name="Bill"><soap:operation soapAction="Bill"/><input><soap:body use="literal"/></input></operation>
      </binding>
      <service name="Billing"><port name="Billing" binding="b:Billing"><soap:address location="http://billing.example"/></port></service>
    </definitions>

    $ edatool validate
    routes.yaml:11:13: W534 the operation 'Bill' requires the parameter 'number', and nothing is mapped to it: add it to fields
    routes.yaml:11:14: W534 the operation 'Bill' has no parameter 'numbr': did you mean 'number'?

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
        fields: {number: data.id}
    --- billing.wsdl
    <definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:b="urn:billing" targetNamespace="urn:billing">
      <types>
        <schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:billing" elementFormDefault="qualified">
          <element name="Bill"><complexType><sequence><element name="number" type="string"/></sequence></complexType></element>
        </schema>
      </types>
      <message name="Bill"><part name="parameters" element="b:Bill"/></message>
      <portType name="Billing"><operation name="Bill"><input message="b:Bill"/></operation></portType>
      <binding name="Billing" type="b:Billing">
        <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
        <operation name="Bill"><soap:operation soapAction="Bill"/><input><soap:body use="literal"/></input></operation>
      </binding>
      <service name="Billing"><port name="Billing" binding="b:Billing"><soap:address location="http://billing.example"/></port></service>
    </definitions>
"""

from typing import TYPE_CHECKING

from edatool.checks.found import Found, at, at_key
from edatool.checks.subject import Subject
from edatool.soap.mapped import CallMapping, UnknownName, call_mappings, parameter_at, unanswered
from edatool.spec.sources import SpecMapping

if TYPE_CHECKING:
    from edatool.soap.operation import SoapOperation


def find(subject: Subject) -> Found:
    for name, called in subject.soap_calls.items():
        delivery = subject.spec.deliveries[name]
        place = ("deliveries", name)
        if isinstance(called, str):
            yield at(*place, "soap", "operation"), called
            continue
        for mapping in call_mappings(delivery, called):
            yield from _mapping(subject, called.name, mapping, (*place, *mapping.place))
        if delivery.answer:
            yield from _answer(called, delivery.answer, *place, "answer")


def _mapping(subject: Subject, operation: str, mapping: CallMapping, place: tuple[str, ...]) -> Found:
    for key, target in mapping.targets:
        found = parameter_at(mapping.of, target)
        if isinstance(found, UnknownName):
            there = f"there is {', '.join(found.known) or 'none'}"
            way_out = subject.nearest.way_out(found.name, found.known, there)
            message = f"the operation {operation!r} has no {mapping.noun} {target!r}: {way_out}"
            yield at_key(*place, key, target), message
    for way in mapping.missing:
        message = f"the operation {operation!r} requires the {mapping.noun} {way!r}, and nothing is mapped to it"
        yield at(*place, "fields"), f"{message}: add it to fields"


def _answer(called: "SoapOperation", answer: SpecMapping, *place: str) -> Found:
    if called.answer is None:
        yield at(*place), f"the operation {called.name!r} answers no element with others: take out the answer"
        return
    for target, path in answer.fields.items():
        why = unanswered(called.answer.type, path) if path.startswith("data.") else None
        if why:
            yield at(*place, "fields", target), f"the answer of {called.name!r} never has {path}: {why}"
