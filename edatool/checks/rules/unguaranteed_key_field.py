"""The key of an event uses a field that its schema does not guarantee, or that becomes no word.

A payload without the field would keep the contract, and could not be published. Require the field, of type string,
integer or boolean; or leave it out of the key.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, key: "order.{region}", schema: order.json}
    --- order.json
    {"type": "object", "properties": {"region": {"enum": ["eu", "us"]}}}

    $ edatool validate
    routes.yaml:4:44: E241 the key uses {region}, which the schema does not require: require it, or leave it out of the key

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{region}", schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.checks.used_fields import listed, used_fields
from edatool.contracts.payload_field import PayloadField
from edatool.spec.template import FieldPath

_KEY_TYPES = {"string", "integer", "boolean"}


def find(subject: Subject) -> Found:
    for event, path, found in used_fields(subject, lambda event: event.key.fields):
        wrong = _wrong_in_key(path, found)
        if wrong:
            yield at("events", event.name, "key"), wrong


def _wrong_in_key(path: FieldPath, found: PayloadField) -> str | None:
    if not found.known:
        return f"the key uses {{{path}}}, and the schema knows no such field: name one that it requires"
    if not found.required:
        return f"the key uses {{{path}}}, which the schema does not require: require it, or leave it out of the key"
    if found.types is None or not found.types <= _KEY_TYPES:
        types = listed(found.types) if found.types else "of any type"
        return f"the key uses {{{path}}}, which may be {types}: only strings, integers and booleans become words"
    return None
