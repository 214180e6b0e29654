"""A setting of a policy is missing where a policy of higher priority applies instead.

RabbitMQ applies one policy to each queue and exchange, and does not merge them. Repeat the setting in the stronger policy,
or let their patterns match different names. Off by default, for an exception may be meant.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
      invoices: {}
    policies:
      short-lived: {pattern: ".*", apply_to: queues, definition: {message-ttl: 60000}}
      bounded: {pattern: "^orders$", apply_to: queues, priority: 5, definition: {max-length: 1000}}
    checks:
      severity: {unmerged-policy: warning}

    $ edatool validate
    routes.yaml:7:63: W218 message-ttl does not apply to 'orders', where 'bounded' applies alone: say it there, too

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
      invoices: {}
    policies:
      short-lived: {pattern: ".*", apply_to: queues, definition: {message-ttl: 60000}}
      bounded: {pattern: "^orders$", apply_to: queues, priority: 5, definition: {max-length: 1000, message-ttl: 60000}}
    checks:
      severity: {unmerged-policy: warning}
"""

from collections.abc import Iterator, Sequence

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.routing.topology import Exchange, Policy, Queue


def find(routed: Routed) -> Found:
    router, topology = routed.router, routed.router.topology
    objects: list[Exchange | Queue] = [*topology.exchanges.values(), *topology.queues.values()]
    for section, policies in (("policies", router.policies), ("operator_policies", router.operators)):
        told = set()
        for one in objects if policies.readable[1:] else ():
            for strongest, weaker, name in _missing(effective.matching(one, policies)):
                if (weaker, name) not in told:
                    told.add((weaker, name))
                    message = f"{name} does not apply to {one.name!r}, where {strongest!r} applies alone"
                    yield at_key(section, weaker, "definition", name), f"{message}: say it there, too"


def _missing(matching: Sequence[Policy]) -> Iterator[tuple[str, str, str]]:
    """Yield settings of weaker policies that the strongest does not say: its name, the weaker one's, the setting."""
    for weaker in matching[1:]:
        for name in sorted(weaker.definition.keys() - matching[0].definition.keys()):
            yield matching[0].name, weaker.name, name
