"""The counts of a plan."""

from edatool.change.allowed import NOTHING, Allowed
from edatool.change.changes import Adopt, Create, Delete, IgnoredUpdate, Replace, Update
from edatool.change.plan import Plan
from edatool.render.plan.agreement import is_agreed
from edatool.render.plan.objections import objection_counts


def summary(plan: Plan, allowed: Allowed = NOTHING) -> str:
    """Return the counts of a plan in one sentence."""
    agreed = sum(is_agreed(way, plan, allowed) for way in plan.ways)
    counts = [
        (_count(plan, Create), "to create"),
        (_count(plan, Adopt), "to adopt"),
        (_count(plan, Update), "to change"),
        (_count(plan, Delete), "to remove"),
        (agreed, "to replace"),
        (_count(plan, Replace) - agreed, "that cannot change in place"),
        (_count(plan, IgnoredUpdate), "silently ignored by RabbitMQ"),
    ]
    parts = [f"{number} {words}" for number, words in counts if number]
    if plan.compared.unchanged and plan.unseen is None:
        parts.append(f"{plan.compared.unchanged} unchanged")
    parts += objection_counts(plan)
    nothing = "Nothing to do: " if not plan.steps else ""
    return nothing + ", ".join(parts) + "." if parts else "Nothing to do."


def _count(plan: Plan, kind: type) -> int:
    return sum(isinstance(change, kind) for change in plan.compared.changes)
