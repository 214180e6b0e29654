"""Findings as SARIF 2.1.0, which GitHub's code scanning, Azure DevOps and editors read."""

import os.path
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from json import dumps
from urllib.parse import quote

from edatool.checks.catalogue import Rule
from edatool.checks.explanation import documentation, explanation
from edatool.findings import Edit, Finding, Fix, Position
from edatool.render.findings.excerpt import extent
from edatool.render.findings.fingerprints import fingerprints
from edatool.render.findings.shown import ShownFindings, rule_of
from edatool.visible import visible

Json = dict[str, object]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "edatoolFinding/v1"


def sarif(shown: ShownFindings) -> str:
    """Return a log of one run; its columns count characters, and its files begin at the root of the repository."""
    found = [*shown.findings, *(one.finding for one in shown.ignored)]
    rules = list(dict.fromkeys(map(rule_of, found)))
    driver: Json = {
        "name": "edatool",
        "semanticVersion": version("edatool-rabbitmq"),
        "rules": [_rule(one) for one in rules],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"edatool {shown.command}/"},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(found, shown, rules)),
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: Rule) -> Json:
    said = explanation(rule)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": said.summary},
        "fullDescription": {"text": " ".join((said.why or said.summary).split())},
        "help": {"text": f"edatool explain {rule.code}", "markdown": documentation(rule)},
        "defaultConfiguration": {"level": rule.severity},
    }


def _results(found: Sequence[Finding], shown: ShownFindings, rules: Sequence[Rule]) -> Iterator[Json]:
    reasons = [*(None for _ in shown.findings), *(one.reason for one in shown.ignored)]
    for one, fingerprint, reason in zip(found, fingerprints(found, shown), reasons, strict=True):
        yield {
            "ruleId": one.code,
            "ruleIndex": rules.index(rule_of(one)),
            "level": one.severity,
            "message": {"text": _without_links(visible(one.message))},
            "locations": [{"physicalLocation": _place(one, shown)}],
            "partialFingerprints": {_FINGERPRINT: fingerprint},
            "suppressions": [] if reason is None else [_suppression(reason)],  # of all results, or of none
            **({"fixes": [_fix(one.fix, shown)]} if one.fix else {}),
        }


def _suppression(reason: str) -> Json:
    return {"kind": "inSource", "status": "accepted", "justification": visible(reason)}


def _without_links(text: str) -> str:
    """Return a message in which nothing is a link, as ``[text](url)`` would be."""
    return text.replace("](", "\\](")


def _place(one: Finding, shown: ShownFindings) -> Json:
    place: Json = {"artifactLocation": _file(one.at, shown)}
    return {**place, "region": _region(one.at, shown.line(one.at))} if one.at else place


def _file(at: Position | None, shown: ShownFindings) -> Json:
    path = shown.path(at)
    if path.startswith("../"):
        return {"uri": f"file://{_quoted(os.path.normpath(os.path.join(shown.root, path)))}"}  # noqa: PTH118 - a name
    return {"uri": _quoted(path), "uriBaseId": _ROOT}


def _quoted(path: str) -> str:
    return quote(path, errors="surrogateescape")


def _region(at: Position, line: str | None) -> Json:
    end = {} if line is None else {"endColumn": at.column + extent(line, at.column)}
    return {"startLine": at.line, "startColumn": at.column, **end}


def _fix(fix: Fix, shown: ShownFindings) -> Json:
    return {"description": {"text": fix.description}, "artifactChanges": [_change(one, shown) for one in fix.edits]}


def _change(edit: Edit, shown: ShownFindings) -> Json:
    end = {"endLine": edit.end.line, "endColumn": edit.end.column}
    region = {"startLine": edit.start.line, "startColumn": edit.start.column, **end}
    replacement = {"deletedRegion": region, "insertedContent": {"text": edit.text}}
    return {"artifactLocation": _file(edit.start, shown), "replacements": [replacement]}
