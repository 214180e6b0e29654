"""The codes of findings for people."""

from edatool.checks.catalogue import Rule
from edatool.checks.explanation import documentation, explanation
from edatool.render.rules.shown import ShownRules


def text(shown: ShownRules) -> str:
    """Return all that is said of rules; of all of them a line for each."""
    rules = shown.rules
    if shown.all_of_them:
        width = max(len(rule.name) for rule in rules)
        return "\n".join(f"{rule.code} {rule.name:{width}} {explanation(rule).summary}" for rule in rules)
    return "\n\n".join(f"{rule.code} {rule.name} ({_severity(rule)})\n\n{documentation(rule)}" for rule in rules)


def _severity(rule: Rule) -> str:
    return rule.severity if rule.by_default else f"{rule.severity}, off by default"
