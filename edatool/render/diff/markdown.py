"""A diff as a comment on a pull request."""

from edatool.render.diff.sections import sections
from edatool.render.diff.shown import ShownDiff
from edatool.render.plan.markdown import fenced
from edatool.render.plan.markdown import markdown as of_plan
from edatool.visible import visible

MOST_CHARACTERS = 4_000
"""Bound of each section, of which there are four: a comment has room for them beside the plan."""


def markdown(shown: ShownDiff) -> str:
    """Return the plan, and behind it what differs besides."""
    lines = [of_plan(shown.plan)]
    for heading, found in sections(shown.diff):
        if found:
            lines += ["", f"**{heading}**", ""]
            lines += fenced([visible(one) for one in found], heading.rstrip(":").lower(), MOST_CHARACTERS)
    return "\n".join(lines)
