"""Whether a policy can change a queue in place, so that it need not be replaced."""

import re

from edatool.change.changes import Difference, Replace
from edatool.routing import effective
from edatool.routing.topology import Arguments, Policy, Queue, Topology
from edatool.spec.rabbitmq.arguments import KNOWN


def by_policy(change: Replace, live: Topology) -> Policy | None:
    """Return a policy that gives a queue all that a replacement would, None where no policy can.

    It adds to the policy that applies to the queue now, because only one applies. The queue's arguments in the spec
    then have to stay as they are on the broker.
    """
    wanted = change.object
    if not isinstance(wanted, Queue):
        return None
    if not all(_can(one, wanted) for one in change.differences):
        return None
    policies = effective.policies(live.policies)
    priority = 1 + max((policy.priority for policy in live.policies.values()), default=-1)
    definition = {**effective.policy_of(wanted, policies), **_settings(change)}
    return Policy(f"edatool.{wanted.name}", f"^{re.escape(wanted.name)}$", "queues", priority, definition)


def as_yaml(policy: Policy) -> dict[str, dict[str, object]]:
    """Return a policy as a spec declares it, below ``policies``."""
    fields = {
        "pattern": policy.pattern,
        "apply_to": policy.apply_to,
        "priority": policy.priority,
        "definition": dict(policy.definition),
    }
    return {policy.name: fields}


def _settings(change: Replace) -> Arguments:
    return {one.name.removeprefix("x-"): one.after for one in change.differences}


def _can(one: Difference, queue: Queue) -> bool:
    known = KNOWN.get(one.name)
    if known is None or not known.in_place or queue.type not in known.types or one.after is None:
        return False
    if one.before is None:
        return True
    lower = isinstance(one.before, int) and isinstance(one.after, int) and 0 <= one.after < one.before
    return known.lowest and lower
