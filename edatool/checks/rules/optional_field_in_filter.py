"""A filter asks for `anything-but` of a field that events may leave out, and those that do never match.

`anything-but` asks for a value that is another one, as in EventBridge; where there is none, it does not match, which is
easily overlooked. Say what is to become of these events: `{exists: false}` beside it lets them match, `{exists: true}`
says that they are not wanted; or let the schema require the field. Conditions that name values, such as `[gold]`, say so
by themselves.

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
      - {queue: orders, events: [order.placed], filter: {data.tier: [{anything-but: [gold]}]}}
    --- order.json
    {"type": "object", "properties": {"tier": {"enum": ["gold", "silver"]}}}

    $ edatool validate
    routes.yaml:10:65: W291 'order.placed' without data.tier does not match anything-but: add {exists: false} to let it match, or require the field

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
      - {queue: orders, events: [order.placed], filter: {data.tier: [{anything-but: [gold]}, {exists: false}]}}
    --- order.json
    {"type": "object", "properties": {"tier": {"enum": ["gold", "silver"]}}}
"""

from edatool.checks.filtered import Arriving, Filtered
from edatool.checks.found import Found, at
from edatool.filters.analysis import conditions, may_cross_array
from edatool.filters.pattern import AnythingBut, Exists, FieldPath, Values, joined


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        asked = list(conditions(use.filter.pattern))
        decided = {path for path, values in asked if _is_about_absence(values)}
        for path, values in asked:
            if path not in decided and any(isinstance(test, AnythingBut) for test in values.tests):
                event = next((one.event.name for one in use.arriving if _may_lack(one, path)), None)
                if event:
                    message = f"{event!r} without {joined(path)} does not match anything-but"
                    yield (
                        at(*values.at),
                        f"{message}: add {{exists: false}} to let it match, or require the field",
                    )


def _is_about_absence(values: Values) -> bool:
    return not values.tests or any(isinstance(test, Exists) for test in values.tests)


def _may_lack(one: Arriving, path: FieldPath) -> bool:
    """Tell whether a payload may leave out a field that it may as well have; nothing is known of elements of arrays."""
    if path[0] != "data" or may_cross_array(path, one.known):
        return False
    found = one.known(path)
    return found is not None and found.known and not found.required
