"""What is known of the codes of findings, for people, for programs, and as a page of the documentation."""

import json
from collections.abc import Sequence

from edatool.checks.catalogue import Rule
from edatool.checks.explanation import Example, documentation, explanation

FORMAT_VERSION = 1


def index(rules: Sequence[Rule]) -> str:
    """Return a line for each rule."""
    width = max(len(rule.name) for rule in rules)
    return "\n".join(f"{rule.code} {rule.name:{width}} {explanation(rule).summary}" for rule in rules)


def text(rules: Sequence[Rule]) -> str:
    """Return all that is said of rules."""
    return "\n\n".join(f"{rule.code} {rule.name} ({rule.severity})\n\n{documentation(rule)}" for rule in rules)


def as_json(rules: Sequence[Rule]) -> str:
    """Return rules as JSON: code, name, severity, summary, why, and a bad and a good example."""
    return json.dumps({"format_version": FORMAT_VERSION, "rules": [_fields(one) for one in rules]}, indent=2)


def markdown(rules: Sequence[Rule]) -> str:
    """Return a page with a table of the rules and a section for each."""
    head = "<!-- Made by make docs of the files in edatool/checks/rules. -->\n\n# Findings\n"
    about = "What `edatool explain` says of each code, with an example that has it and one that has not.\n"
    rows = [f"| [{one.code}](#{_anchor(one)}) | {one.name} | {explanation(one).summary} |" for one in rules]
    table = "\n".join(["| code | name | what is wrong |", "|---|---|---|", *rows])
    sections = [f"## {one.code} {one.name}\n\n{documentation(one)}\n" for one in rules]
    return "\n".join([head, about, table, "", *sections]).rstrip("\n")


def _anchor(rule: Rule) -> str:
    return f"{rule.code.lower()}-{rule.name}"


def _fields(rule: Rule) -> dict[str, object]:
    said = explanation(rule)
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "summary": said.summary,
        "why": said.why,
        "bad": _example(said.bad),
        "good": _example(said.good),
    }


def _example(one: Example) -> dict[str, object]:
    return {"files": dict(one.files), "command": one.command, "findings": list(one.findings)}
