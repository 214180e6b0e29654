"""An argument of a queue has no effect, for a policy or operator policy says otherwise.

Of two limits RabbitMQ lets the lower one hold, wherever it is said, and of a quorum queue's `overflow` that of the policy.
Say it in one place.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 5000}
    policies:
      bounded: {pattern: "^orders$", apply_to: queues, definition: {max-length: 1000}}

    $ edatool validate
    routes.yaml:4:24: W217 max-length of 'orders' has no effect, for the policy bounded says 1000: say it in one place

Good:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 500}
    policies:
      bounded: {pattern: "^orders$", apply_to: queues, definition: {max-length: 1000}}
"""

from edatool.checks.found import Found, at
from edatool.checks.queue_places import place_of
from edatool.checks.routed import Routed
from edatool.spec.shape import shown


def find(routed: Routed) -> Found:
    for name, queue in routed.subject.spec.queues.items():
        for one in routed.settings[name]:
            for said in one.without_effect:
                if said.source == "argument":
                    message = f"{one.name} of {name!r} has no effect, for the {one.holds.source} says {shown(one.holds.value)}"
                    yield at(*place_of(routed.subject.spec, queue, f"x-{one.name}")), f"{message}: say it in one place"
