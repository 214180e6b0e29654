"""No event that can come to a binding or a delivery can match its filter.

The binding never brings anything, the delivery never posts. Correct the filter, or remove it with them. A filter that asks for a field or a
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
from edatool.spec.spec import SpecBinding


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        if use.arriving and not list(unknown_fields(use)) and not list(unknown_values(use)):
            verdict = use.verdict
            if verdict.holds == "never":
                what = "binding" if isinstance(use.user, SpecBinding) else "delivery"
                message = f"the filter never matches here, for {verdict.why}: correct it, or remove the {what}"
                yield at(*use.user.path, "filter"), message
