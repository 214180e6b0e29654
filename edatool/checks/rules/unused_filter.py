"""No binding, no trigger and no delivery uses a filter.

It selects nothing. Name it in one, or remove it. One that is there for `edatool consume --filter` or `edatool
dead-letters --filter` alone is right: say so above it, with `# edatool: ignore[W290] because support asks for it by hand`.

Bad:

    edatool: 1
    name: shop
    filters:
      big-order: {data.total: [{numeric: [">=", 100]}]}

    $ edatool validate
    routes.yaml:4:3: W290 no binding, trigger or delivery uses the filter 'big-order': name it in one, remove it, or ignore this where a command asks for it

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed, filter: big-order}
    filters:
      big-order: {data.total: [{numeric: [">=", 100]}]}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    filters = subject.spec.filters
    used = {one.filter for one in subject.spec.may_filter if isinstance(one.filter, str)}
    # A name that is misspelt where it is used may mean any of them.
    if subject.lost or not used <= filters.keys():
        return
    way_out = "name it in one, remove it, or ignore this where a command asks for it"
    for name in filters.keys() - used:
        yield at_key("filters", name), f"no binding, trigger or delivery uses the filter {name!r}: {way_out}"
