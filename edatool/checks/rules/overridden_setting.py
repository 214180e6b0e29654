"""A setting of a policy has no effect on a queue that says otherwise itself.

Arguments go before policies, and cannot be changed afterwards as policies can. Say it in one place. Off by default, for an
exception may be meant.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    policies:
      kept: {pattern: "^orders$", apply_to: queues, definition: {dead-letter-exchange: amq.fanout}}
    checks:
      severity: {overridden-setting: warning}

    $ edatool validate
    routes.yaml:7:62: W219 dead-letter-exchange has no effect on 'orders', of which the argument says '': say it in one place

Good:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    checks:
      severity: {overridden-setting: warning}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.spec.shape import shown


def find(routed: Routed) -> Found:
    told = set()
    for name, settings in routed.settings.items():
        for one in settings:
            for said in one.without_effect:
                kind, _, policy = said.source.partition("policy ")
                if policy and (kind, policy, one.name) not in told:
                    told.add((kind, policy, one.name))
                    section = "operator_policies" if kind else "policies"
                    message = f"{one.name} has no effect on {name!r}, of which the {one.holds.source} says {shown(one.holds.value)}"
                    yield at_key(section, policy, "definition", one.name), f"{message}: say it in one place"
