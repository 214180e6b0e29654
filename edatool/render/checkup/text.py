"""A checkup for people."""

from collections.abc import Sequence

from edatool.checkup.check import Check
from edatool.counted import counted
from edatool.render.checkup.shown import ShownCheckup
from edatool.visible import visible

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}


def text(shown: ShownCheckup) -> str:
    """Return a line for each check, and a verdict."""
    lines = [shown.paint(visible(_line(one)), _COLOURS[one.state]) for one in shown.checks]
    return "\n".join([visible(shown.title), "", *lines, "", _verdict(shown.checks)])


def _line(one: Check) -> str:
    return f"{one.state:<8} {one.name:<13} {one.says}"


def _verdict(checks: Sequence[Check]) -> str:
    errors, warnings = (sum(one.state == state for one in checks) for state in ("error", "warning"))
    if errors:
        return f"{counted(errors, 'error')} and {counted(warnings, 'warning')}: begin with the first error."
    return f"All works, with {counted(warnings, 'warning')}." if warnings else "All is well."
