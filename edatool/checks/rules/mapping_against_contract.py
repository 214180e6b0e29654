"""What a source makes of a request, or a delivery of an answer, breaks the contract of its event, whatever is sent.

The sender would get 422 for all that it sends, and each event that is delivered would be a dead letter. The finding shows such a payload, made of an example of the schema where
there is one. Map the fields that the contract asks for, and no others.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      payment.settled: {exchange: amq.topic, schema: payment.json}
    bindings:
      - {queue: orders, events: [payment.settled]}
    sources:
      bank:
        signature: {style: stripe, secrets: [{env: BANK_SECRET}]}
        event: payment.settled
        fields: {id: data.id}
    --- payment.json
    {"type": "object", "required": ["id", "total"], "examples": [{"id": "A-1", "total": 5}]}

    $ edatool validate
    routes.yaml:13:13: W515 a request becomes {"id":"A-1"}, which the contract of 'payment.settled' refuses ("total" is a required property): map what it asks for

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      payment.settled: {exchange: amq.topic, schema: payment.json}
    bindings:
      - {queue: orders, events: [payment.settled]}
    sources:
      bank:
        signature: {style: stripe, secrets: [{env: BANK_SECRET}]}
        event: payment.settled
        fields: {id: data.id, total: data.amount}
    --- payment.json
    {"type": "object", "required": ["id", "total"], "examples": [{"id": "A-1", "total": 5}]}
"""

from collections.abc import Iterator

from edatool.checks.brief import brief_payload
from edatool.checks.found import Found, at
from edatool.checks.source_places import event_path, mapping_path, mappings
from edatool.checks.subject import Subject
from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.filters.content import MISSING, Content
from edatool.spec.sources import SpecMapping, SpecSource
from edatool.spec.yaml_document import Path
from edatool.webhooks.mapping import PayloadMapping, compiled, put
from edatool.webhooks.paths import value_at

_MADE_UP = {"string": "x", "number": 1, "integer": 1, "boolean": True, "array": [], "object": {}, "null": None}


def find(subject: Subject) -> Found:
    for source in subject.spec.sources.values():
        for value, one in mappings(source):
            for message in _wrong(subject, "a request", one):
                yield at(*_place(subject, source, value, one)), message
    for delivery in subject.spec.deliveries.values():
        if delivery.answer:
            for message in _wrong(subject, "an answer", delivery.answer):
                yield at(*_answer_place(subject, delivery.name, delivery.answer)), message


def _wrong(subject: Subject, what: str, one: SpecMapping) -> Iterator[str]:
    event = subject.spec.events.get(one.event)
    contract = subject.contracts.get(event.schema or "") if event else None
    against = _against(compiled(one.fields, one.constants), contract) if contract else None
    if against:
        payload, wrong = against
        shown = f"{what} becomes {brief_payload(payload, 100)}"
        yield f"{shown}, which the contract of {one.event!r} refuses ({wrong}): map what it asks for"


def _against(mapping: PayloadMapping, contract: Contract) -> tuple[object, str] | None:
    """Return a payload that a mapping makes, and why the contract refuses all of them; None where it may take some."""
    made = [_made(mapping, example) for example in contract.examples if _has(example, mapping)]
    if any(contract.is_valid(one) for one in made):
        return None
    if made:
        return made[0], str(contract.violations(made[0])[0])
    wrong = next(_certain(mapping, contract), None)
    return (_made(mapping, _invented(mapping, contract)), wrong) if wrong else None


def _has(example: object, mapping: PayloadMapping) -> bool:
    return all(_at(example, target) is not MISSING for target, _ in mapping.fields)


def _made(mapping: PayloadMapping, example: object) -> object:
    """Return what a mapping makes of a request that has the fields of an example."""
    payload: object = {} if mapping.fields else example
    for target, _ in mapping.fields:
        payload = put(payload, target, _at(example, target))
    for target, value in mapping.constants:
        payload = put(payload, target, value)
    return payload


def _certain(mapping: PayloadMapping, contract: Contract) -> Iterator[str]:
    """Yield what is wrong with a mapping whatever the values of its fields."""
    targets = [target for target, _ in (*mapping.fields, *mapping.constants)]
    for target in targets:
        if field_of(contract, target).forbidden:
            yield f"it has no field {'.'.join(target)!r}"
    asked = contract.schema.get("required")
    for name in asked if isinstance(asked, list) and mapping.fields else ():
        if field_of(contract, (name,)).required and not any(target[0] == name for target in targets):
            yield f"{name!r} is a required property"
    for target, value in mapping.constants:
        allowed = field_of(contract, target).values
        if allowed is not None and value not in allowed:
            yield f"the constant {'.'.join(target)!r} is none of its values"


def _invented(mapping: PayloadMapping, contract: Contract) -> object:
    """Return a payload with a value for each field, of the type that the contract asks for."""
    payload: object = {}
    for target, _ in mapping.fields:
        about = field_of(contract, target)
        kinds = sorted(about.types or ("string",))
        payload = put(payload, target, about.values[0] if about.values else _MADE_UP[kinds[0]])
    return payload


def _at(payload: object, names: tuple[str, ...]) -> object:
    return value_at(("data", *names), Content(payload))


def _place(subject: Subject, source: SpecSource, value: str | None, one: SpecMapping) -> Path:
    key = "fields" if one.fields else "constants"
    place = mapping_path(subject, source, value, key)
    return place if subject.spec.document.holds(place) else event_path(subject, source, value)


def _answer_place(subject: Subject, delivery: str, answer: SpecMapping) -> Path:
    place = ("deliveries", delivery, "answer")
    mapped = (*place, "fields" if answer.fields else "constants")
    return mapped if subject.spec.document.holds(mapped) else place
