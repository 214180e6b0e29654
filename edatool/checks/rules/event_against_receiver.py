"""An event of a delivery cannot become what its receiver takes, by its contract.

Of a call of SOAP, the parameter or header that is mapped has a type that the field never has, or is required, and the field need
not be there. Where nothing of the kind is certain, and for the receiver's `schema`, the event's examples are tried, and
these without the fields that need not be there: the finding shows one that is refused. Such events become dead letters.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    queues:
      partner: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: partner, events: [order.placed]}
    deliveries:
      acme: {queue: partner, to: "https://acme.example/orders", fields: {number: data.id}, schema: acme.json}
    --- order.json
    {"type": "object", "properties": {"id": {"type": "string"}}, "examples": [{"id": "A-1"}]}
    --- acme.json
    {"type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}}

    $ edatool validate
    routes.yaml:11:69: W535 order.placed such as {} becomes {}, which acme.json refuses ("number" is a required property): map what it asks for, or let order.json rule that out

Good:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    queues:
      partner: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    bindings:
      - {queue: partner, events: [order.placed]}
    deliveries:
      acme: {queue: partner, to: "https://acme.example/orders", fields: {number: data.id}, schema: acme.json}
    --- order.json
    {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}, "examples": [{"id": "A-1"}]}
    --- acme.json
    {"type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}}
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from edatool.checks.against import refused
from edatool.checks.brief import brief_payload
from edatool.checks.filtered import Arriving
from edatool.checks.found import Found, at
from edatool.checks.made_up import payloads
from edatool.checks.routed import Routed
from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.filters.content import Content
from edatool.filters.matches import matches
from edatool.routing.addressing import address
from edatool.routing.message import Message
from edatool.soap.mapped import CallMapping, UnknownName, call_mappings, parameter_at
from edatool.soap.parameters import Composite, Parameter
from edatool.spec.deliveries import SpecDelivery
from edatool.visible import visible
from edatool.webhooks.mapping import PayloadMapping, compiled, filled, mapped
from edatool.webhooks.paths import read_path

if TYPE_CHECKING:
    from edatool.soap.operation import SoapOperation

Refusal = Callable[[Content], tuple[object, str] | None]
"""Returns what an event becomes, and who refuses that and why; None where it is taken."""

_GIVE = {
    "string": {"string", "number", "integer", "boolean"},
    "number": {"string", "number", "integer"},
    "boolean": {"string", "boolean"},
    "other": {"string"},
}
"""The types of JSON whose text may be one of a simple type; whether it is, only the value shows."""


def find(routed: Routed) -> Found:
    for delivery in routed.subject.spec.deliveries.values():
        operation = routed.subject.soap_calls.get(delivery.name)
        receiver = routed.subject.routes.receivers.get(delivery.schema or "")
        if receiver:
            yield from _of_schema(routed, delivery, receiver)
        elif operation and not isinstance(operation, str):
            yield from _of_operation(routed, delivery, operation)


def _of_schema(routed: Routed, delivery: SpecDelivery, receiver: Contract) -> Found:
    says = compiled(delivery.fields, delivery.constants)
    if refused(says, receiver):  # as W515 says
        return
    for one in _arriving(routed, delivery.queue):
        for message in _shown(routed, delivery, delivery.fields, one, partial(_broken, receiver, says)):
            yield at("deliveries", delivery.name, "fields" if delivery.fields else "schema"), message


def _broken(receiver: Contract, says: PayloadMapping, content: Content) -> tuple[object, str] | None:
    payload = mapped(says, content)
    violations = receiver.violations(payload)
    return (payload, f"{receiver.name} refuses ({violations[0]})") if violations else None


def _of_operation(routed: Routed, delivery: SpecDelivery, operation: "SoapOperation") -> Found:
    mappings, filtered = call_mappings(delivery, operation), delivery.filter is not None
    is_wrong = any(one.unknown or one.missing for one in mappings)  # as W534 says
    for one in _arriving(routed, delivery.queue):
        wrong = [(says, *each) for says in mappings for each in _certain(says, operation.name, one, filtered=filtered)]
        if not (wrong or is_wrong):
            refusals = [(says, partial(_not_callable, operation, says)) for says in mappings]
            wrong = [
                (says, None, text)
                for says, refusal in refusals
                for text in _shown(routed, delivery, says.fields, one, refusal)
            ]
        for mapping, target, message in wrong:
            place = ("fields", target) if target else ("fields",) if mapping.fields else ("soap", "operation")
            yield at("deliveries", delivery.name, *mapping.place, *place), message


def _not_callable(operation: "SoapOperation", mapping: CallMapping, content: Content) -> tuple[object, str] | None:
    from edatool.soap.calling import NotCallable  # noqa: PLC0415 - needs lxml, which is there if there is an operation

    says = compiled(mapping.fields, mapping.constants)
    payload = mapped(says, content) if mapping.is_whole else filled({}, says, content)
    try:
        operation.called_with(payload) if mapping.is_whole else operation.headers_with(payload)
    except NotCallable as wrong:
        return payload, f"{operation.name!r} refuses ({visible(str(wrong))})"
    return None


def _arriving(routed: Routed, queue: str) -> list[Arriving]:
    """Return the events that are routed to a queue as they are, with their contracts; filters hold some back."""
    bindings = [one for one in routed.router.topology.bindings.values() if one.destination == queue]
    own = [one for one in bindings if not one.to_exchange and not ((origin := routed.origin(one)) and origin.filtered)]
    flows = [flow for one in own for flow in routed.spread.bindings.get(id(one), ())]
    found = {flow.event.name: Arriving(flow.event, flow.contract) for flow in flows if flow.event and flow.contract}
    return [found[name] for name in sorted(found)]


def _certain(
    mapping: CallMapping, operation: str, arriving: Arriving, *, filtered: bool
) -> Iterator[tuple[str | None, str]]:
    """Yield what is wrong whatever the values are, each with the target of the mapping.

    Of events that are ``filtered``, nobody knows whether those without a field are posted.
    """
    event, contract = arriving.event, arriving.contract
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
        elif not (filtered or part.is_list or about.required) and part.is_required and _is_needed(mapping, target):
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


def _shown(
    routed: Routed, delivery: SpecDelivery, fields: Mapping[str, str], one: Arriving, refusal: Refusal
) -> Iterator[str]:
    """Yield what the first event becomes that is refused."""
    for content in _contents(routed, delivery, fields, one):
        wrong = refusal(content)
        if wrong:
            payload, why = wrong
            given = f"{one.event.name} such as {brief_payload(content.data, 100)} becomes {brief_payload(payload, 100)}"
            yield f"{given}, which {why}: map what it asks for, or let {one.contract.name} rule that out"
            return


def _contents(routed: Routed, delivery: SpecDelivery, fields: Mapping[str, str], one: Arriving) -> Iterator[Content]:
    """Yield events that the delivery posts, as mappings see them; none where headers of others are mapped."""
    event, wanted = one.event, routed.subject.routes.filters.of(delivery)
    sources = [names for path in fields.values() if not isinstance(names := read_path(path), str)]
    if {names[1] for names in sources if names[0] == "headers"} - {name.lower() for name in event.headers}:
        return
    known = one.contract.schema.get("properties")
    asked = [names[1:] for names in sources if names[0] == "data" and names[1:]]
    whole = [(name,) for name in known] if isinstance(known, dict) and not fields else []
    for payload in payloads(one.contract, asked or whole):
        message = address(event, payload)
        if isinstance(message, Message):
            content = Content(payload, message.key, dict(message.headers), event.name)
            if wanted is None or matches(wanted, content):
                yield replace(content, headers={name.lower(): value for name, value in message.headers.items()})
