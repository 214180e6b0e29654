"""A name is reserved: it begins with `amq.`, or edatool uses it.

AMQP 0-9-1 reserves `amq.` for the broker, which refuses to declare such a name. Exchanges that the broker has, such
as `amq.topic`, may be used without declaring them.

Bad:

    edatool: 1
    name: shop
    exchanges:
      amq.events: {type: topic}

    $ edatool validate
    routes.yaml:4:3: E211 'amq.events' is a name reserved for the broker: choose another

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.names import declared_names
from edatool.checks.subject import Subject
from edatool.routing.topology import MARK


def find(subject: Subject) -> Found:
    for kind, name in declared_names(subject):
        if kind == "exchanges" and name == MARK:
            yield at_key(kind, name), f"{name!r} is a name that edatool uses: choose another"
        if kind in ("exchanges", "queues") and name.startswith("amq."):
            yield at_key(kind, name), f"{name!r} is a name reserved for the broker: choose another"
