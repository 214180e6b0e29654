"""Findings for people."""

from collections.abc import Sequence

from edatool.findings import Finding


def text(findings: Sequence[Finding]) -> str:
    """Return a line for each finding, as compilers print them."""
    return "\n".join(str(finding) for finding in findings)
