"""Findings for programs."""

from json import dumps

from edatool.findings import Edit, Finding, Fix
from edatool.render.findings.fingerprints import fingerprints
from edatool.render.findings.shown import ShownFindings, rule_of

FORMAT_VERSION = 1


def json(shown: ShownFindings) -> str:
    """Return findings as JSON; file, line and column are null where there is no place."""
    known = zip(shown.findings, fingerprints(shown.findings, shown), strict=True)
    ignored = [one.finding for one in shown.ignored]
    ignored_known = zip(ignored, fingerprints(ignored, shown), shown.ignored, strict=True)
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "findings": [_fields(*one) for one in known],
            "ignored": [{**_fields(one, known_by), "reason": why.reason} for one, known_by, why in ignored_known],
        },
        indent=2,
    )


def _fields(one: Finding, fingerprint: str) -> dict[str, object]:
    return {
        "code": one.code,
        "name": rule_of(one).name,
        "severity": one.severity,
        "message": one.message,
        "file": one.at.file if one.at else None,
        "line": one.at.line if one.at else None,
        "column": one.at.column if one.at else None,
        "fingerprint": fingerprint,
        "fix": _fix(one.fix) if one.fix else None,
    }


def _fix(fix: Fix) -> dict[str, object]:
    return {"description": fix.description, "edits": [_edit(one) for one in fix.edits]}


def _edit(one: Edit) -> dict[str, object]:
    start, end = ({"line": place.line, "column": place.column} for place in (one.start, one.end))
    return {"file": one.start.file, "start": start, "end": end, "text": one.text}
