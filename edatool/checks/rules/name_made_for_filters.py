"""An exchange or queue has a name that edatool gives to what it makes for filters.

Its own and yours would be one object. Choose another name.

Bad:

    edatool: 1
    name: shop
    exchanges:
      edatool.shop.stamps: {type: topic}
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: "order.#", filter: {data.total: [{numeric: [">=", 100]}]}}
      - {queue: orders, exchange: edatool.shop.stamps, key: order.cancelled}
    router:
      dead_letter: {exchange: "", key: orders}

    $ edatool validate
    routes.yaml:4:3: E299 'edatool.shop.stamps' is what edatool calls an object that it makes for filters: choose another name

Good:

    edatool: 1
    name: shop
    exchanges:
      stamps: {type: topic}
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: "order.#", filter: {data.total: [{numeric: [">=", 100]}]}}
      - {queue: orders, exchange: stamps, key: order.cancelled}
    router:
      dead_letter: {exchange: "", key: orders}
"""

from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at_key
from edatool.routing.lowering.generated import names


def find(filtered: Filtered) -> Found:
    subject = filtered.routed.subject
    if filtered.filtering.stamped:
        own = names(subject.spec.name)
        taken = {own.filters, own.stamps, own.intake, own.stuck, own.refused}
        for kind, declared in (("exchanges", subject.spec.exchanges), ("queues", subject.spec.queues)):
            for name in declared:
                if name in taken:
                    message = f"{name!r} is what edatool calls an object that it makes for filters: choose another name"
                    yield at_key(kind, name), message
