"""How many findings there are."""

from collections.abc import Sequence

from edatool.counted import counted
from edatool.findings import Finding


def totals(findings: Sequence[Finding]) -> str:
    """Return ``2 errors, 1 warning``; nothing where there is nothing."""
    errors = sum(one.is_error for one in findings)
    numbers = ((errors, "error"), (len(findings) - errors, "warning"))
    return ", ".join(counted(number, word) for number, word in numbers if number)
