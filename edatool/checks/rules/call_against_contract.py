"""An event of a delivery cannot become the call of its operation, by its contract.

The parameter or header that is mapped has a type that the field never has, or is required, and the field need not be there. Where
nothing of the kind is certain, the contract's examples are tried against the XSD. Such events become dead letters.

Bad:

    edatool: 1
    name: shop
    events:
      order.billed: {exchange: amq.topic, schema: order.json}
    queues:
      bills: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: bills, events: [order.billed]}
    deliveries:
      billing:
        queue: bills
        to: https://billing.example/soap
        soap: {wsdl: billing.wsdl, operation: Bill}
        fields: {number: data.id}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "integer"}}, "examples": [{"id": 7}]}
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
    routes.yaml:15:22: W535 the parameter 'number' of 'Bill' is required, and order.billed need not have data.id: require it in order.json, or map another field

Good:

    edatool: 1
    name: shop
    events:
      order.billed: {exchange: amq.topic, schema: order.json}
    queues:
      bills: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: bills, events: [order.billed]}
    deliveries:
      billing:
        queue: bills
        to: https://billing.example/soap
        soap: {wsdl: billing.wsdl, operation: Bill}
        fields: {number: data.id}
    --- order.json
    {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}, "examples": [{"id": 7}]}
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

from collections.abc import Iterator
from typing import TYPE_CHECKING

from edatool.checks.brief import brief_payload
from edatool.checks.found import Found, at
from edatool.checks.routed import Routed
from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.filters.content import Content
from edatool.soap.mapped import CallMapping, UnknownName, call_mappings, parameter_at
from edatool.soap.parameters import Composite, Parameter
from edatool.spec.spec import Event
from edatool.visible import visible
from edatool.webhooks.mapping import compiled, filled, mapped
from edatool.webhooks.paths import read_path

if TYPE_CHECKING:
    from edatool.soap.operation import SoapOperation

_GIVE = {
    "string": {"string", "number", "integer", "boolean"},
    "number": {"string", "number", "integer"},
    "boolean": {"string", "boolean"},
    "other": {"string"},
}
"""The types of JSON whose text may be one of a simple type; whether it is, only the value shows."""


def find(routed: Routed) -> Found:
    for name, operation in routed.subject.soap_calls.items():
        if isinstance(operation, str):
            continue
        delivery = routed.subject.spec.deliveries[name]
        mappings = call_mappings(delivery, operation)
        is_wrong = any(one.unknown or one.missing for one in mappings)  # as W534 says
        for event, contract in _arriving(routed, delivery.queue):
            wrong = [(one, *each) for one in mappings for each in _certain(one, operation.name, event, contract)]
            if not (wrong or is_wrong):
                wrong = [(one, None, text) for one in mappings for text in _shown(one, operation, event, contract)]
            for mapping, target, message in wrong:
                place = ("fields", target) if target else ("fields",) if mapping.fields else ("soap", "operation")
                yield at("deliveries", name, *mapping.place, *place), message


def _arriving(routed: Routed, queue: str) -> list[tuple[Event, Contract]]:
    """Return the events that are routed to a queue as they are, with their contracts; filters hold some back."""
    bindings = [one for one in routed.router.topology.bindings.values() if one.destination == queue]
    own = [one for one in bindings if not one.to_exchange and not ((origin := routed.origin(one)) and origin.filtered)]
    flows = [flow for one in own for flow in routed.spread.bindings.get(id(one), ())]
    found = {flow.event.name: (flow.event, flow.contract) for flow in flows if flow.event and flow.contract}
    return [found[name] for name in sorted(found)]


def _certain(
    mapping: CallMapping, operation: str, event: Event, contract: Contract
) -> Iterator[tuple[str | None, str]]:
    """Yield what is wrong whatever the values are, each with the target of the mapping."""
    of, whole = mapping.of, dict[str, str]()
    if mapping.is_whole:
        whole = {name: f"data.{name}" for name in of.parts if name not in mapping.constants}
    for target, path in (mapping.fields or whole).items():
        part, names = parameter_at(of, target), read_path(path)
        if isinstance(part, UnknownName) or isinstance(names, str) or names[0] != "data":
            continue
        about, shown = field_of(contract, names[1:]), f"the {mapping.noun} {target!r} of {operation!r}"
        place = target if mapping.fields else None
        if about.forbidden and mapping.fields:
            yield place, f"{shown} is never given, as {event.name} never has {path}: map another field"
        elif about.types and not any(_gives(kind, part) for kind in about.types):
            kinds = " or ".join(sorted(about.types))
            yield place, f"{shown} cannot be given {path} of {event.name}, which is {kinds}: map another field"
        elif part.is_required and not part.is_list and not about.required and _is_needed(mapping, target):
            way_out = f"require it in {contract.name}, or map another field"
            yield place, f"{shown} is required, and {event.name} need not have {path}: {way_out}"


def _gives(kind: str, part: Parameter) -> bool:
    if kind == "null":
        return part.is_nillable or not part.is_required
    if kind == "array":
        return part.is_list
    return kind == "object" if isinstance(part.type, Composite) else kind in _GIVE[part.type]


def _is_needed(mapping: CallMapping, target: str) -> bool:
    """Tell whether all that is around a parameter is there in any case: it is required, or has a constant in it."""
    names = target.split(".")
    around = [".".join(names[:length]) for length in range(1, len(names))]
    return all(
        any(constant.startswith(f"{one}.") for constant in mapping.constants)
        or (isinstance(part := parameter_at(mapping.of, one), Parameter) and part.is_required)
        for one in around
    )


def _shown(mapping: CallMapping, operation: "SoapOperation", event: Event, contract: Contract) -> Iterator[str]:
    """Yield the first example that the XSD refuses; nothing where headers of the message are mapped, which none has."""
    from edatool.soap.calling import NotCallable  # noqa: PLC0415 - needs lxml, which is there if there is an operation

    if any(path.startswith("headers.") for path in mapping.fields.values()):
        return
    says = compiled(mapping.fields, mapping.constants)
    for example in contract.examples:
        content = Content(example)
        payload = mapped(says, content) if mapping.is_whole else filled({}, says, content)
        try:
            operation.called_with(payload) if mapping.is_whole else operation.headers_with(payload)
        except NotCallable as wrong:
            given = f"an example of {event.name} becomes {brief_payload(payload, 100)}"
            yield f"{given}, which {operation.name!r} refuses ({visible(str(wrong))}): map what it asks for"
            return
