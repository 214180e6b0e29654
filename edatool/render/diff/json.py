"""A diff for programs."""

from collections.abc import Sequence
from json import dumps
from typing import Any

from edatool.change.offline.contract_changes import ContractChange
from edatool.change.offline.declaration_changes import DeclarationChange
from edatool.findings import Finding
from edatool.render.changes import difference_fields
from edatool.render.diff.shown import ShownDiff
from edatool.render.plan.json import plan_fields

FORMAT_VERSION = 1


def json(shown: ShownDiff) -> str:
    """Return a diff as JSON: all keys of a plan, and its own."""
    diff = shown.diff
    own = {
        "format_version": FORMAT_VERSION,
        "against": diff.before.against,
        "contracts": [_contract(one) for one in diff.contracts],
        "declarations": [_declaration(one) for one in diff.declarations],
        "findings": {"new": _findings(diff.new), "mended": _findings(diff.mended)},
    }
    return dumps({**own, **plan_fields(shown.plan)}, indent=2)


def _contract(one: ContractChange) -> dict[str, Any]:
    return {
        "file": one.file,
        "change": one.kind,
        "events": list(one.events),
        "added": list(one.added),
        "removed": list(one.removed),
        "changed": list(one.changed),
    }


def _declaration(one: DeclarationChange) -> dict[str, Any]:
    differences = difference_fields(one.differences)
    return {"kind": one.section, "name": one.name, "change": one.kind, "differences": differences}


def _findings(findings: Sequence[Finding]) -> list[dict[str, object]]:
    return [_finding(one) for one in findings]


def _finding(one: Finding) -> dict[str, object]:
    return {
        "code": one.code,
        "severity": one.severity,
        "message": one.message,
        "file": one.at.file if one.at else None,
        "line": one.at.line if one.at else None,
        "column": one.at.column if one.at else None,
    }
