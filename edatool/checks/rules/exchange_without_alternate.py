"""An exchange to which events are published has no alternate.

What matches no binding, such as a key that somebody misspelt, is confirmed and gone; only `mandatory` tells its publisher.
Give the exchange an `alternate` with a queue. Off by default; of declared events that reach no queue another rule speaks
always.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
    queues:
      orders: {}
    events:
      order.placed: {exchange: events}
    bindings:
      - {queue: orders, events: [order.placed]}
    checks:
      severity: {exchange-without-alternate: warning}

    $ edatool validate
    routes.yaml:4:3: W258 what 'events' cannot route is confirmed and gone: give it an alternate

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic, alternate: unrouted}
      unrouted: {type: fanout}
    queues:
      orders: {}
      unrouted: {}
    events:
      order.placed: {exchange: events}
    bindings:
      - {queue: orders, events: [order.placed]}
      - {queue: unrouted, exchange: unrouted}
    checks:
      severity: {exchange-without-alternate: warning}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed


def find(routed: Routed) -> Found:
    spec = routed.subject.spec
    published = {event.exchange for event in spec.events.values()}
    for name, one in spec.exchanges.items():
        if name in published and not one.external and routed.router.sources[name].alternate is None:
            message = f"what {name!r} cannot route is confirmed and gone: give it an alternate"
            yield at_key("exchanges", name), message
