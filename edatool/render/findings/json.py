"""Findings for programs."""

from collections.abc import Sequence
from json import dumps

from edatool.findings import Finding

FORMAT_VERSION = 1


def json(findings: Sequence[Finding]) -> str:
    """Return findings as JSON: code, severity, message, and file, line and column (null where there is no place)."""
    return dumps({"format_version": FORMAT_VERSION, "findings": [_fields(one) for one in findings]}, indent=2)


def _fields(one: Finding) -> dict[str, object]:
    return {
        "code": one.code,
        "severity": one.severity,
        "message": one.message,
        "file": one.at.file if one.at else None,
        "line": one.at.line if one.at else None,
        "column": one.at.column if one.at else None,
    }
