"""From an alternate exchange nothing leads to a queue.

What the alternate should catch is lost. Bind a queue to it.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic, alternate: unrouted}
      unrouted: {type: fanout}

    $ edatool validate
    routes.yaml:4:36: W273 the alternate 'unrouted' leads to no queue, so what it gets is lost: bind a queue to it

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic, alternate: unrouted}
      unrouted: {type: fanout}
    queues:
      unrouted: {}
    bindings:
      - {queue: unrouted, exchange: unrouted}
"""

from edatool.checks.found import Found, at
from edatool.checks.leading_to_queues import leading_to_queues
from edatool.checks.routed import Routed


def find(routed: Routed) -> Found:
    leading = leading_to_queues(routed.router)
    for name in routed.subject.spec.exchanges:
        alternate = routed.router.sources[name].alternate
        if alternate is not None and alternate not in leading:
            message = f"the alternate {alternate!r} leads to no queue, so what it gets is lost: bind a queue to it"
            yield at("exchanges", name, "alternate"), message
