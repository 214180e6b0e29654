"""A comment on a pull request as it is shown."""

import re
from urllib.parse import quote

from edatool.change.offline.diff import Diff
from edatool.frozen import frozen
from edatool.render.findings.shown import ShownFindings
from edatool.render.plan.shown import ShownPlan
from edatool.render.tests.shown import ShownSuite

MOST = 60_000
"""Bound in bytes of a comment: GitHub takes 65,536 characters."""


@frozen
class ShownComment:
    """What was looked at for an ``environment``, such as production; None what was not.

    ``diff`` is what differs besides the plan; ``reviewed`` the fingerprint of a plan that can be applied.
    The comment has ``most`` bytes at most.
    """

    environment: str
    findings: ShownFindings | None = None
    suite: ShownSuite | None = None
    plan: ShownPlan | None = None
    diff: Diff | None = None
    reviewed: str | None = None
    most: int = MOST


def marker(environment: str) -> str:
    """Return the line, which nobody sees, that the comment of an environment begins with."""
    return f"<!-- edatool: {quote(environment, safe='', errors='surrogatepass').replace('-', '%2D')} -->"


_PLAN = re.compile(r"<!-- edatool plan: ([0-9a-f]{64}) -->")


def plan_line(fingerprint: str) -> str:
    """Return the line behind the marker, which nobody sees either, that tells which plan a comment shows."""
    return f"<!-- edatool plan: {fingerprint} -->"


def plan_of(comment: str) -> str | None:
    """Return the fingerprint of the plan that a comment shows, None where it shows none."""
    found = _PLAN.fullmatch("".join(comment.splitlines()[1:2]))
    return found[1] if found else None
