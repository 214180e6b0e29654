"""The codes of findings as a page of the documentation."""

from edatool.checks.catalogue import Rule
from edatool.checks.explanation import documentation, explanation
from edatool.render.rules.shown import ShownRules


def markdown(shown: ShownRules) -> str:
    """Return a page with a table of the rules and a section for each."""
    rules = shown.rules
    head = "<!-- Made by make docs of the files in edatool/checks/rules. -->\n\n# Findings\n"
    about = "What `edatool explain` says of each code, with an example that has it and one that has not.\n"
    rows = [f"| [{one.code}](#{_anchor(one)}) | {one.name} | {explanation(one).summary} |" for one in rules]
    table = "\n".join(["| code | name | what is wrong |", "|---|---|---|", *rows])
    sections = [f"## {one.code} {one.name}\n\n{documentation(one)}\n" for one in rules]
    return "\n".join([head, about, table, "", *sections]).rstrip("\n")


def _anchor(rule: Rule) -> str:
    return f"{rule.code.lower()}-{rule.name}"
