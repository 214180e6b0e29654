"""A delivery maps a field that the schemas of the events that come to it do not know.

Usually the path is misspelt, and the field would be missing in each request. Correct it, or add the field to the schema. Of
calls of SOAP `edatool explain W535` speaks.

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
      acme: {queue: partner, to: "https://acme.example/orders", fields: {number: data.nr}}
    --- order.json
    {"type": "object", "properties": {"number": {"type": "string"}}, "examples": [{"number": "A-1"}]}

    $ edatool validate
    routes.yaml:11:78: W536 no schema of 'order.placed' knows data.nr, so that 'number' would always be missing: correct the path, or add the field to the schema

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
      acme: {queue: partner, to: "https://acme.example/orders", fields: {number: data.number}}
    --- order.json
    {"type": "object", "properties": {"number": {"type": "string"}}, "examples": [{"number": "A-1"}]}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.routing.reach.events_of_queues import events_of_queues
from edatool.spec.spec import Spec
from edatool.webhooks.paths import read_path


def find(subject: Subject) -> Found:
    mapping = [one for one in subject.spec.deliveries.values() if one.fields and not one.soap]
    coming = events_of_queues(subject.spec, subject.contracts) if mapping else {}
    for one in mapping:
        events = coming.get(one.queue, [])
        contracts = [subject.contracts.get(_schema(subject.spec, event)) for event in events]
        for target, path in one.fields.items():
            if contracts and all(contract and _is_unknown(contract, path) for contract in contracts):
                names = ", ".join(map(repr, events))
                missing = f"no schema of {names} knows {path}, so that {target!r} would always be missing"
                way_out = "correct the path, or add the field to the schema"
                yield at("deliveries", one.name, "fields", target), f"{missing}: {way_out}"


def _schema(spec: Spec, event: str) -> str:
    return spec.events[event].schema or ""


def _is_unknown(contract: Contract, path: str) -> bool:
    names = read_path(path)
    if isinstance(names, str) or names[0] != "data" or len(names) == 1:
        return False
    return not field_of(contract, names[1:]).known
