"""Dead letters of a quorum queue are to come at least once, and a policy takes away what that needs.

RabbitMQ does it with `overflow: reject-publish` only, and otherwise falls back to at-most-once in silence. On quorum
queues the overflow of a policy goes before that of the queue. Let both be said in one place.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, overflow: reject-publish, dead_letter: {exchange: "", key: dead, strategy: at-least-once}}
      dead: {}
    policies:
      bounded: {pattern: "^orders$", apply_to: queues, definition: {overflow: drop-head}}

    $ edatool validate
    routes.yaml:4:36: W217 overflow of 'orders' has no effect, for the policy bounded says 'drop-head': say it in one place
    routes.yaml:7:75: W266 dead letters of 'orders' may be lost though at-least-once is asked for, as by the policy bounded its overflow is drop-head: let it be reject-publish

Good:

    edatool: 1
    name: shop
    queues:
      orders: {type: quorum, overflow: reject-publish, dead_letter: {exchange: "", key: dead, strategy: at-least-once}}
      dead: {}
"""

from edatool.checks.found import Found, at
from edatool.checks.queue_places import place_of_said
from edatool.checks.routed import Routed


def find(routed: Routed) -> Found:
    spec = routed.subject.spec
    for name, settings in routed.settings.items():
        said = {one.name: one.holds for one in settings}
        strategy, overflow = said.get("dead-letter-strategy"), said.get("overflow")
        if strategy and strategy.value == "at-least-once" and not (overflow and overflow.value == "reject-publish"):
            why = (
                f"by the {overflow.source} its overflow is {overflow.value}"
                if overflow
                else "nothing says its overflow"
            )
            message = f"dead letters of {name!r} may be lost though at-least-once is asked for, as {why}"
            setting, place = ("overflow", overflow) if overflow else ("dead-letter-strategy", strategy)
            yield at(*place_of_said(spec, spec.queues[name], setting, place)), f"{message}: let it be reject-publish"
