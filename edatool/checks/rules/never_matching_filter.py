"""No event that can come to a binding can match its filter.

The binding never brings anything. Correct the filter, or remove the binding. A filter that asks for a field or a
value that the contracts do not know is left to `edatool explain W294` and `W295`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
      all: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: all, events: [order.placed]}
      - {queue: orders, events: [order.placed], filter: {data.total: [{numeric: [">", 1000]}]}}
    --- order.json
    {"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "maximum": 1000}}}

    $ edatool validate
    routes.yaml:10:53: W292 the filter never matches here, for data.total is at most 1000 by maximum: correct it, or remove the binding

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
      all: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: all, events: [order.placed]}
      - {queue: orders, events: [order.placed], filter: {data.total: [{numeric: [">", 100]}]}}
    --- order.json
    {"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "maximum": 1000}}}
"""

from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at
from edatool.checks.unknown_to_contracts import unknown_fields, unknown_values


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        if use.arriving and not list(unknown_fields(use)) and not list(unknown_values(use)):
            verdict = use.verdict
            if verdict.holds == "never":
                message = f"the filter never matches here, for {verdict.why}: correct it, or remove the binding"
                yield at(*use.binding.path, "filter"), message
