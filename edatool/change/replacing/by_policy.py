"""Whether a policy can change a queue in place, so that it need not be replaced."""

import re

from edatool.change.changes import Difference, Replace
from edatool.routing import effective
from edatool.routing.topology import Arguments, Policy, Queue, Topology

SETTABLE = {
    "x-message-ttl": "classic quorum",
    "x-expires": "classic quorum",
    "x-max-length": "classic quorum",
    "x-max-length-bytes": "classic quorum stream",
    "x-overflow": "classic quorum",
    "x-dead-letter-exchange": "classic quorum",
    "x-dead-letter-routing-key": "classic quorum",
    "x-dead-letter-strategy": "quorum",
    "x-delivery-limit": "quorum",
    "x-max-age": "stream",
}
"""The arguments that take effect on a queue that is there when a policy sets them, by the types of queues."""

LOWER_APPLIES = {"x-message-ttl", "x-expires", "x-max-length", "x-max-length-bytes", "x-delivery-limit"}
"""Of these the lower one applies where both an argument and a policy set them (tested on 3.10, 4.0 and 4.3)."""


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
    if queue.type not in SETTABLE.get(one.name, "").split() or one.after is None:
        return False
    if one.before is None:
        return True
    lower = isinstance(one.before, int) and isinstance(one.after, int) and 0 <= one.after < one.before
    return one.name in LOWER_APPLIES and lower
