"""A queue tries failed messages again, and has no dead letters for what fails to the end.

What still fails after the last try would be lost. Give the queue a `dead_letter`.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {retry: [5s, 1m]}

    $ edatool validate
    routes.yaml:4:12: W265 what fails in 'orders' to the last retry would be lost: give it a dead_letter

Good:

    edatool: 1
    name: shop
    queues:
      orders: {retry: [5s, 1m], dead_letter: {exchange: "", key: dead}}
      dead: {}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.queue_places import place_of
from edatool.checks.routed import Routed
from edatool.routing import effective

_BY_THE_SERVER = "x-delayed-retry-type"


def find(routed: Routed) -> Found:
    queues, policies = routed.router.topology.queues, routed.router.policies
    for name, one in routed.subject.spec.queues.items():
        retries = one.retry or queues[name].arguments.get(_BY_THE_SERVER, "disabled") != "disabled"
        # Of a queue that a consumer reads another rule says so.
        if retries and name not in routed.subject.spec.readers and not effective.dead_letters(queues[name], policies):
            path = ("queues", name, "retry") if one.retry else place_of(routed.subject.spec, one, _BY_THE_SERVER)
            yield at_key(*path), f"what fails in {name!r} to the last retry would be lost: give it a dead_letter"
