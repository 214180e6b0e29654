"""An alternate exchange from which nothing leads to a queue, so what it should catch is lost."""

from edatool.checks.found import Found, at
from edatool.checks.leading import leading_to_queues
from edatool.checks.routed import Routed


def find(routed: Routed) -> Found:
    leading = leading_to_queues(routed.router)
    for name in routed.subject.spec.exchanges:
        alternate = routed.router.sources[name].alternate
        if alternate is not None and alternate not in leading:
            message = f"the alternate {alternate!r} leads to no queue, so what it gets is lost: bind a queue to it"
            yield at("exchanges", name, "alternate"), message
