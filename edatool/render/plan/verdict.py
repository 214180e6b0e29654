"""What of a plan is unsafe: what apply refuses, and what a person has agreed to."""

from collections.abc import Iterator

from edatool.change.allowed import Allowed
from edatool.change.changes import Adopt, Delete
from edatool.change.plan import Plan
from edatool.change.unsafe import reasons
from edatool.counted import few
from edatool.render.plan.agreement import is_agreed
from edatool.routing.topology import Exchange, Queue, describe
from edatool.spec.rabbitmq.history import REFUSED


def refusals(plan: Plan, allowed: Allowed) -> Iterator[str]:
    """Yield why apply does nothing, each reason with its way out."""
    refused = (one for one in plan.objections_to_steps if one.verdict is REFUSED)
    yield from (f"{describe(one.object)}: {one.why}" for one in refused)
    yield from reasons(plan, allowed)


def agreed_risks(plan: Plan, allowed: Allowed) -> Iterator[str]:
    """Yield what would be refused, had nobody agreed to it."""
    lost = [name for name in plan.consequences.unsafe if name in allowed.unroutable]
    if lost and not plan.leaving:
        yield f"no queue gets messages of {few(lost)} any more (--allow-unroutable)"
    for one in plan.tightenings:
        if one.may_lose and one.queue.name in allowed.discard:
            yield f"{one}: messages may be lost (--discard)"
    for waiting in plan.waiting:
        if waiting.may_lose and waiting.exchange in allowed.discard:
            yield f"{waiting}: messages may be lost (--discard)"
    removed = [one.object for one in plan.compared.changes if isinstance(one, Delete)]
    holding = [describe(one) for one in removed if isinstance(one, (Queue, Exchange)) and one.name in allowed.discard]
    if holding:
        yield f"with all that they hold go: {few(holding)} (--discard)"
    if plan.removes_nearly_all and allowed.removals:
        made = plan.removed + plan.staying
        yield f"{plan.removed} of the {made} objects that applies of this spec have made go (--allow-removals)"
    taken = [describe(one.object) for one in plan.compared.changes if isinstance(one, Adopt) and not one.owner]
    if taken and allowed.adopt:
        yield f"taken over: {few(taken)} (--adopt)"
    replaced = [describe(way.replacement.new) for way in plan.ways if is_agreed(way, plan, allowed)]
    if replaced:
        yield f"replaced, and consumers cancelled once: {few(replaced)} (--replace)"
