"""The codes of findings for programs."""

from json import dumps

from edatool.checks.catalogue import Rule
from edatool.checks.explanation import RuleExample, explanation
from edatool.checks.findings.profiles import profiles_that_ask
from edatool.render.rules.shown import ShownRules

FORMAT_VERSION = 1


def json(shown: ShownRules) -> str:
    """Return rules as JSON: code, name, severity, who asks for it, summary, why, and a bad and a good example."""
    return dumps({"format_version": FORMAT_VERSION, "rules": [_fields(one) for one in shown.rules]}, indent=2)


def _fields(rule: Rule) -> dict[str, object]:
    said = explanation(rule)
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "by_default": rule.by_default,
        "profiles": profiles_that_ask(rule),
        "summary": said.summary,
        "why": said.why,
        "bad": _example(said.bad),
        "good": _example(said.good),
    }


def _example(one: RuleExample) -> dict[str, object]:
    return {"files": dict(one.files), "command": one.command, "findings": list(one.findings)}
