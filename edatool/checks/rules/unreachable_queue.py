"""Neither a declared event nor a dead letter can reach a queue.

A queue with a binding that no event can match is left to that finding.
"""

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.checks.unmatched import unmatched


def find(routed: Routed) -> Found:
    if not routed.subject.spec.events:
        return
    explained = {binding.destination for binding, _ in unmatched(routed) if not binding.to_exchange}
    for name, queue in routed.subject.spec.queues.items():
        if not queue.external and name not in routed.spread.queues and name not in explained:
            message = f"no declared event and no dead letter can reach the queue {name!r}: bind it, or remove it"
            yield at_key("queues", name), message
