"""The codes of findings as pages of the documentation."""

from edatool.checks.explanation import documentation, explanation
from edatool.render.rules.counting import counting
from edatool.render.rules.shown import ShownRules


def markdown(shown: ShownRules) -> str:
    """Return all that is said of rules, each below a heading; of all of them a table with links to their pages."""
    rules = shown.rules
    if shown.all_of_them:
        rows = [f"| [{one.code}](findings/{one.code}.md) | {one.name} | {explanation(one).summary} |" for one in rules]
        return "\n".join(["| code | name | what is wrong |", "|---|---|---|", *rows])
    return "\n\n".join(f"# {one.code} {one.name}\n\n{documentation(one)}\n\n{counting(one)}" for one in rules)
