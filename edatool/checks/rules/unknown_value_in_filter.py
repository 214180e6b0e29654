"""A filter asks for a value that a field with an `enum` or `const` never has.

Take the value that is proposed, or add it to the schema.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed], filter: {data.tier: [glod]}}
    --- order.json
    {"type": "object", "properties": {"tier": {"enum": ["gold", "silver"]}}}

    $ edatool validate
    routes.yaml:8:65: W295 data.tier is never "glod": did you mean "gold"?

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

import json

from edatool.checks.filtered import AnyUse, Filtered
from edatool.checks.found import Found, at
from edatool.checks.unknown_to_contracts import unknown_values
from edatool.filters.pattern import FieldPath, joined
from edatool.spec.nearest import nearest


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        for path, values, test in unknown_values(use):
            allowed = {json.dumps(value, ensure_ascii=False): value for value in _allowed(use, path)}
            near = nearest(json.dumps(test.value, ensure_ascii=False), allowed)
            way_out = f"did you mean {near}?" if near else f"it is one of {', '.join(allowed)}"
            message = f"{joined(path)} is never {json.dumps(test.value, ensure_ascii=False)}: {way_out}"
            yield at(*values.at), message


def _allowed(use: AnyUse, path: FieldPath) -> list[object]:
    fields = [one.known(path) for one in use.arriving]
    return [value for field in fields if field and field.values for value in field.values]
