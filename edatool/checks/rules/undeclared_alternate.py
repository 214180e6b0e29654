"""An alternate exchange is not declared.

RabbitMQ takes any name as an alternate, and drops what it should get while no exchange has that name.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic, alternate: unrouted}

    $ edatool validate
    routes.yaml:4:36: E202 the exchange 'unrouted' is not declared: declare it under exchanges, or name one that is

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

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_exchange


def find(subject: Subject) -> Found:
    for exchange in subject.spec.exchanges.values():
        if exchange.alternate:
            yield from undeclared_exchange(subject, exchange.alternate, "exchanges", exchange.name, "alternate")
