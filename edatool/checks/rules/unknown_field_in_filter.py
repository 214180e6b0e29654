"""A filter asks for a field that the schemas of the events that can come to it do not know.

Usually the path is misspelt, and the filter would never match, or always. Correct it, or add the field to the schema.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed], filter: {data.teir: [gold]}}
    --- order.json
    {"type": "object", "properties": {"tier": {"enum": ["gold", "silver"]}}}

    $ edatool validate
    routes.yaml:8:65: W294 no schema of 'order.placed' knows data.teir: correct the path, or add the field to the schema

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed], filter: {data.tier: [gold]}}
    --- order.json
    {"type": "object", "properties": {"tier": {"enum": ["gold", "silver"]}}}
"""

from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at
from edatool.checks.unknown_to_contracts import unknown_fields
from edatool.filters.pattern import joined


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        for path, values in unknown_fields(use):
            names = ", ".join(repr(one.event.name) for one in use.arriving)
            message = f"no schema of {names} knows {joined(path)}: correct the path, or add the field to the schema"
            yield at(*values.at), message
