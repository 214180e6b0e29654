"""What a source makes of a request, or a delivery of an event or an answer, breaks the contract, whatever is sent.

The sender would get 422 for all that it sends, and each event that is delivered would be a dead letter. The finding shows such a payload, made of an example of the schema where
there is one. Map the fields that the contract asks for, and no others. Contracts are those of events, and those of
receivers, which deliveries name by `schema`.

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

from edatool.checks.against import refused
from edatool.checks.brief import brief_payload
from edatool.checks.found import Found, at
from edatool.checks.source_places import event_path, mapping_path, mappings
from edatool.checks.subject import Subject
from edatool.contracts.contract import Contract
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.sources import SpecMapping, SpecSource
from edatool.spec.yaml_document import Path
from edatool.webhooks.mapping import compiled


def find(subject: Subject) -> Found:
    for source in subject.spec.sources.values():
        for value, one in mappings(source):
            for message in _wrong("a request", one, *_of_event(subject, one.event)):
                yield at(*_place(subject, source, value, one)), message
    for delivery in subject.spec.deliveries.values():
        place = ("deliveries", delivery.name)
        receiver = subject.routes.receivers.get(delivery.schema or "")
        for message in _wrong("an event", delivery, receiver, str(delivery.schema)):
            yield at(*_mapped(subject, delivery, *place)), message
        if delivery.answer:
            for message in _wrong("an answer", delivery.answer, *_of_event(subject, delivery.answer.event)):
                yield at(*_mapped(subject, delivery.answer, *place, "answer")), message


def _of_event(subject: Subject, name: str) -> tuple[Contract | None, str]:
    event = subject.spec.events.get(name)
    return subject.contracts.get(event.schema or "") if event else None, f"the contract of {name!r}"


def _wrong(what: str, one: SpecMapping | SpecDelivery, contract: Contract | None, whose: str) -> Iterator[str]:
    against = refused(compiled(one.fields, one.constants), contract) if contract else None
    if against:
        payload, wrong = against
        yield f"{what} becomes {brief_payload(payload, 100)}, which {whose} refuses ({wrong}): map what it asks for"


def _place(subject: Subject, source: SpecSource, value: str | None, one: SpecMapping) -> Path:
    key = "fields" if one.fields else "constants"
    place = mapping_path(subject, source, value, key)
    return place if subject.spec.document.holds(place) else event_path(subject, source, value)


def _mapped(subject: Subject, one: SpecMapping | SpecDelivery, *place: str) -> Path:
    mapped = (*place, "fields" if one.fields else "constants")
    return mapped if subject.spec.document.holds(mapped) else place
