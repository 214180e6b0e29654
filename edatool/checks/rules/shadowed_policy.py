"""A policy applies to nothing, for wherever it matches, another of higher priority does too.

RabbitMQ applies one policy to each queue and exchange, and does not merge them: what this one says holds nowhere in this
spec. Put their settings together in one policy, or give this one the higher priority.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    policies:
      bounded: {pattern: "^orders$", apply_to: queues, definition: {max-length: 1000}}
      short-lived: {pattern: "^ord", apply_to: queues, priority: 5, definition: {message-ttl: 60000}}

    $ edatool validate
    routes.yaml:6:3: W216 'bounded' applies to nothing, for 'short-lived' goes before it, such as on 'orders', and RabbitMQ applies one policy to each: put both together

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    policies:
      bounded: {pattern: "^orders$", apply_to: queues, priority: 5, definition: {max-length: 1000, message-ttl: 60000}}
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.routing.effective import Policies
from edatool.routing.topology import Exchange, Policy, Queue


def find(routed: Routed) -> Found:
    router = routed.router
    objects: list[Exchange | Queue] = [
        *(one.exchange for one in router.sources.values()),
        *router.topology.queues.values(),
    ]
    for section, policies in (("policies", router.policies), ("operator_policies", router.operators)):
        for one, name, stronger in _shadowed(policies, objects):
            message = f"{one.name!r} applies to nothing, for {stronger.name!r} goes before it, such as on {name!r}"
            way_out = "RabbitMQ applies one policy to each: put both together"
            yield at_key(section, one.name), f"{message}, and {way_out}"


def _shadowed(policies: Policies, objects: Iterable[Exchange | Queue]) -> Iterator[tuple[Policy, str, Policy]]:
    """Yield the policies that match objects and apply to none, with the first of these and the one that does."""
    applying = [(one, effective.policy_on(one, policies)) for one in objects]
    applied = {policy.name for _, policy in applying if policy}
    for pattern, each in policies.readable:
        if each.name not in applied:
            found = (
                (each, one.name, stronger)
                for one, stronger in applying
                if stronger and each.apply_to in effective.kinds(one) and pattern.matches(one.name)
            )
            yield from islice(found, 1)
