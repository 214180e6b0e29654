"""A diff as it is shown."""

from edatool.change.offline.diff import Diff
from edatool.frozen import frozen
from edatool.render.plan.shown import ShownPlan


@frozen
class ShownDiff:
    """A diff, with its plan as that is shown."""

    diff: Diff
    plan: ShownPlan
