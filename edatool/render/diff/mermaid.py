"""What becomes of events by a change of a spec, as a picture."""

from edatool.render.diff.shown import ShownDiff
from edatool.render.plan.mermaid import mermaid as of_plan


def mermaid(shown: ShownDiff) -> str:
    """Return a Mermaid flowchart of the events that change destination."""
    return of_plan(shown.plan)
