"""The queue of a trigger has the name of a declared one.

A trigger that names events has a queue of its own name, and another, `NAME.dead`, for what it gives up. Rename the
trigger, or let it take the messages of the declared queue by `queue:`.

Bad:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic}
    queues:
      ship: {}
    triggers:
      ship: {events: [order.placed], run: [ship-order]}

    $ edatool validate
    routes.yaml:8:3: E252 the trigger 'ship' would have a queue of the name 'ship', which is declared: rename one of them

Good:

    edatool: 1
    name: shop
    events:
      order.placed: {exchange: amq.topic}
    queues:
      orders: {}
    triggers:
      ship: {events: [order.placed], run: [ship-order]}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject
from edatool.spec.triggers import dead_letters_of


def find(subject: Subject) -> Found:
    document = subject.spec.document
    for name in subject.spec.triggers:
        if document.holds(("triggers", name, "events")):
            for queue in (name, dead_letters_of(name)):
                if document.holds(("queues", queue)):
                    message = f"the trigger {name!r} would have a queue of the name {queue!r}, which is declared"
                    yield at_key("triggers", name), f"{message}: rename one of them"
