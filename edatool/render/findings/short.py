"""Findings for people and editors, each in a line."""

from edatool.render.findings.shown import ShownFindings


def short(shown: ShownFindings) -> str:
    """Return a line for each finding, as compilers print them."""
    return "\n".join(map(str, shown.findings))
