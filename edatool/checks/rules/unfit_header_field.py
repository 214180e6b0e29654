"""A header is promoted from a field that the schema rules out, or that fits into no header.

A promoted header is a string, an integer or a boolean. Name a field that the schema has, of one of these types.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic, headers: {customer: customer}, schema: order.json}
    --- order.json
    {"type": "object", "properties": {"customer": {"type": "object", "properties": {"tier": {"type": "string"}}}}}

    $ edatool validate
    routes.yaml:4:59: E243 'customer' may be of type object, which headers do not have: name a string, an integer or a boolean

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, headers: {tier: customer.tier}, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "properties": {"customer": {"type": "object", "properties": {"tier": {"type": "string"}}}}}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.checks.used_fields import listed, used_fields

_HEADER_TYPES = {"string", "integer", "boolean", "null"}


def find(subject: Subject) -> Found:
    for event, path, found in used_fields(subject, lambda event: tuple(event.headers.values())):
        header = next(name for name, one in event.headers.items() if one == path)
        if not found.known:
            message = f"the schema knows no field {str(path)!r}: name one that it does"
        elif found.types is not None and not found.types <= _HEADER_TYPES:
            others = listed(found.types - _HEADER_TYPES)
            message = f"{str(path)!r} may be of type {others}, which headers do not have: name a string, an integer or a boolean"
        else:
            continue
        yield at("events", event.name, "headers", header), message
