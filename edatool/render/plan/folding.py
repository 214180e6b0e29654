"""The objects by which RabbitMQ carries out filters: nobody declared them, so one line stands for all."""

from edatool.change.changes import Change, Create, Delete
from edatool.change.plan import Plan
from edatool.render.plan.shown import ShownPlan
from edatool.routing.topology import Binding, Object


def is_folded(change: Change, shown: ShownPlan) -> bool:
    """Whether a change is counted only."""
    return not shown.verbose and isinstance(change, (Create, Delete)) and _is_generated(change.object, shown.plan)


def folded(number: int, plan: Plan) -> str:
    """Return what stands for that many objects."""
    return f"{number} more of its own, edatool.{plan.spec}.* (-v names them)"


def _is_generated(one: Object, plan: Plan) -> bool:
    own = f"edatool.{plan.spec}."
    names = (one.source, one.destination) if isinstance(one, Binding) else (one.name,)
    return any(name.startswith(own) for name in names)
