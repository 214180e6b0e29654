"""Drift for the summary of a job."""

from edatool.render.drift.parts import last_apply, parts, verdict
from edatool.render.drift.shown import ShownDrift
from edatool.render.markup import plain
from edatool.render.plan.markdown import fenced
from edatool.visible import visible


def markdown(shown: ShownDrift) -> str:
    """Return a heading, the verdict, and what there is in blocks that colour it."""
    compared = shown.drifted
    lines = [f"### {plain(shown.title)}", "", plain(verdict(compared)), ""]
    lines += [plain(" ".join(last_apply(compared.ledger)))]
    for heading, found in parts(compared):
        if found:
            said = [visible(one.removeprefix("  ")) for one in found]
            lines += ["", f"**{heading}**", "", *fenced(said, "the drift")]
    return "\n".join(lines)
