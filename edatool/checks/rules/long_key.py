"""The key of an event may have over 255 bytes, by what its schema allows of the fields in it.

That is the length of a short string in AMQP 0-9-1. A payload that makes a longer key keeps its contract, and is not
published. Only what an `enum`, a `const` or a `maxLength` allows is counted, a character of a `maxLength` as one byte.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{customer}", schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["customer"], "properties": {"customer": {"type": "string", "maxLength": 255}}}

    $ edatool validate
    routes.yaml:6:44: W246 the key may have 261 bytes, over the 255 of AMQP, as {customer} may have 255: let its schema allow less

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{customer}", schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["customer"], "properties": {"customer": {"type": "string", "maxLength": 36}}}
"""

from collections import defaultdict

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.checks.used_fields import used_fields
from edatool.contracts.payload_field import PayloadField
from edatool.spec.short_string import SHORT_STRING_BYTES
from edatool.spec.template import FieldPath


def find(subject: Subject) -> Found:
    lengths: dict[str, list[tuple[int, FieldPath]]] = defaultdict(list)
    for event, path, found in used_fields(subject, lambda event: event.key.fields):
        lengths[event.name].append((_longest(found), path))
    for name, of_fields in lengths.items():
        fixed = sum(len(part.encode()) for part in subject.spec.events[name].key.parts if isinstance(part, str))
        longest = fixed + sum(length for length, _ in of_fields)
        # What is too long whatever the payload is an error of its own (long-name).
        if longest > SHORT_STRING_BYTES >= fixed + len(of_fields):
            most, path = max(of_fields, key=lambda one: one[0])
            message = f"the key may have {longest} bytes, over the {SHORT_STRING_BYTES} of AMQP"
            yield at("events", name, "key"), f"{message}, as {{{path}}} may have {most}: let its schema allow less"


def _longest(found: PayloadField) -> int:
    """Return how many bytes a field may take in a key, as far as its schema says: at least one."""
    if found.values is not None:
        return max((len(one.encode()) for one in found.values if isinstance(one, str)), default=1)
    return found.longest or 1
