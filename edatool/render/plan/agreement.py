"""What apply does only where a person agrees to it."""

import json
from collections.abc import Iterator

from edatool.change.allowed import Allowed
from edatool.change.plan import Plan
from edatool.change.replacing.by_policy import as_yaml
from edatool.change.replacing.ways import ReplacementWay
from edatool.routing.topology import Queue, identity_of


def is_agreed(way: ReplacementWay, plan: Plan, allowed: Allowed) -> bool:
    """Whether apply makes a replacement if that much is allowed."""
    not_ours = identity_of(way.replacement.new) in allowed.not_ours(plan.compared.changes)
    return way.replacement.name in allowed.replace and not way.obstacles and not not_ours


def way_lines(way: ReplacementWay, plan: Plan, allowed: Allowed) -> Iterator[str]:
    """Yield how an object can be changed all the same that RabbitMQ cannot change in place."""
    name = way.replacement.name
    if identity_of(way.replacement.new) in allowed.not_ours(plan.compared.changes):
        yield "it is not this spec's: declare it as it is there or as external"
        return
    if way.policy:
        policy = json.dumps(as_yaml(way.policy))
        yield f"a policy does without a replacement: leave the queue as it is, and add to policies: {policy}"
    if way.obstacles:
        yield from (f"cannot be replaced: {obstacle}" for obstacle in way.obstacles)
        return
    puts = f"{'will be replaced: ' if name in allowed.replace else ''}--replace {name} puts a new one in its place"
    if isinstance(way.replacement.new, Queue):
        yield f"{puts} and moves its messages; consumers are cancelled once"
        yield "publishers that send to it by its name (the default exchange) have to pause for it"
    else:
        yield f"{puts}; a channel that publishes in that instant is closed"
