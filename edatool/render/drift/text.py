"""Drift for people."""

from edatool.render.drift.parts import DRIFTED, last_apply, parts, verdict
from edatool.render.drift.shown import ShownDrift
from edatool.visible import visible


def text(shown: ShownDrift) -> str:
    """Return what drifted, what is not applied yet, and what is said in several places."""
    lines = [visible(shown.title), *map(visible, last_apply(shown.drifted.ledger))]
    for heading, found in parts(shown.drifted):
        if found:
            said = [visible(one) for one in found]
            lines += ["", heading, "", *((shown.paint(one, "yellow") for one in said) if heading == DRIFTED else said)]
    return "\n".join([*lines, "", verdict(shown.drifted)])
