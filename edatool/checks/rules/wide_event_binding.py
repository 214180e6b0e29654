"""A binding by events also gets other events, for a word of their key mixes text and a field.

A wildcard of a topic exchange stands for a whole word, so `order-{id}` becomes `*`. Separate text and field with a
dot.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order-{region}.placed", schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}

    $ edatool validate
    routes.yaml:8:30: W232 in the key of 'order.placed' a word mixes text and a field, so this binding gets any word there: separate them with a dot

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, key: "order.{region}.placed", schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}
"""

from edatool.checks.bound_events import bound_events
from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.spec.template import FieldPath, Template


def find(subject: Subject) -> Found:
    for one, event, index in bound_events(subject):
        if subject.type_of(event.exchange).wildcards and _mixed_words(event.key):
            message = f"in the key of {event.name!r} a word mixes text and a field, so this binding gets any word there"
            yield at(*one.path, "events", index), f"{message}: separate them with a dot"


def _mixed_words(key: Template) -> bool:
    marked = "".join("\0" if isinstance(part, FieldPath) else part for part in key.parts)
    return any("\0" in word and word != "\0" for word in marked.split("."))
