"""Every event that can come to a binding or a delivery matches its filter.

The filter selects nothing, and costs a condition on every message. Leave it out, or correct it: `edatool validate
--fix` does neither, for only its author knows what it was to select.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed], filter: {data.total: [{numeric: [">=", 0]}]}}
    --- order.json
    {"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "minimum": 0}}}

    $ edatool validate
    routes.yaml:8:53: W293 the filter matches everything here, for data.total is within the bounds of its schema by minimum or maximum: leave it out

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed]}
    --- order.json
    {"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "minimum": 0}}}
"""

from edatool.checks.brief import brief_payload
from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        verdict = use.verdict
        if use.arriving and verdict.holds == "always":
            shown = next((payload for one in use.arriving for payload, _ in one.examples()), None)
            example = f", such as {brief_payload(shown, 120)}" if shown is not None else ""
            message = f"the filter matches everything here{example}, for {verdict.why}: leave it out"
            yield at(*use.user.path, "filter"), message
