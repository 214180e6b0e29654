"""Findings as a report on code quality, which GitLab shows in merge requests."""

from json import dumps

from edatool.findings import Finding
from edatool.render.findings.fingerprints import fingerprints
from edatool.render.findings.shown import ShownFindings
from edatool.visible import visible

_SEVERITIES = {"error": "critical", "warning": "minor"}


def gitlab(shown: ShownFindings) -> str:
    """Return an issue for each finding, in JSON as https://docs.gitlab.com/ci/testing/code_quality/ has it."""
    known = zip(shown.findings, fingerprints(shown.findings, shown), strict=True)
    return dumps([_issue(one, fingerprint, shown) for one, fingerprint in known], indent=2)


def _issue(one: Finding, fingerprint: str, shown: ShownFindings) -> dict[str, object]:
    return {
        "description": visible(f"{one.code} {one.message}"),
        "check_name": one.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[one.severity],
        "location": {"path": shown.path(one.at), "lines": {"begin": one.at.line if one.at else 1}},
    }
