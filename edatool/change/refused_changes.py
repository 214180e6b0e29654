"""Why apply would refuse a plan, as findings: a lost event at its place in the spec."""

from collections.abc import Iterator

from edatool.change.allowed import Allowed
from edatool.change.plan import Plan
from edatool.change.unsafe import lost_events, reasons_besides_events
from edatool.counted import few
from edatool.findings import Finding
from edatool.routing.topology import describe
from edatool.spec.rabbitmq.history import REFUSED

_CODE = "E802"


def refused_changes(plan: Plan, allowed: Allowed) -> Iterator[Finding]:
    """Yield a finding for each event that would be lost, and for each other reason, which is about the spec."""
    for name in lost_events(plan, allowed):
        lost = [queue for one in plan.consequences.reroutes if one.name == name for queue in one.lost]
        got = f", which {few(list(dict.fromkeys(lost)))} got until now" if lost else ""
        message = f"no queue would get messages of {name!r} any more{got}: bind one, or accept it with "
        at = plan.declared.spec.where_key("events", name) if plan.declared else None
        yield Finding(_CODE, f"{message}--allow-unroutable {name}", at)
    for refused in plan.objections_to_steps:
        if refused.verdict is REFUSED:
            yield Finding(_CODE, f"{describe(refused.object)}: {refused.why}")
    for reason in reasons_besides_events(plan, allowed):
        yield Finding(_CODE, reason)
