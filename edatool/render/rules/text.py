"""The codes of findings for people."""

from edatool.checks.explanation import documentation, explanation
from edatool.render.rules.counting import counting
from edatool.render.rules.shown import ShownRules


def text(shown: ShownRules) -> str:
    """Return all that is said of rules; of all of them a line for each."""
    rules = shown.rules
    if shown.all_of_them:
        width = max(len(rule.name) for rule in rules)
        return "\n".join(f"{rule.code} {rule.name:{width}} {explanation(rule).summary}" for rule in rules)
    return "\n\n".join(
        f"{rule.code} {rule.name} ({rule.severity})\n\n{documentation(rule)}\n\n{counting(rule)}" for rule in rules
    )
