"""A binding or a delivery names a filter that is not declared.

Without its filter it would let everything through, or nothing. Declare it under `filters`, or correct the
name.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed, filter: big-order}
    filters:
      large-order: {data.total: [{numeric: [">=", 100]}]}

    $ edatool validate
    routes.yaml:6:69: E205 the filter 'big-order' is not declared: did you mean 'large-order'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed, filter: large-order}
    filters:
      large-order: {data.total: [{numeric: [">=", 100]}]}
    router:
      dead_letter: {exchange: "", key: orders}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared


def find(subject: Subject) -> Found:
    declared = subject.spec.filters
    for one in subject.spec.may_filter:
        if isinstance(one.filter, str) and one.filter not in declared and not subject.is_lost("filters", one.filter):
            message = undeclared(subject, "filter", one.filter, declared)
            yield at(*one.path, "filter"), message
