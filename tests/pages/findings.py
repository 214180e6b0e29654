"""The page docs/reference/findings.md and one for each code in docs/reference/findings, made of the rules."""

from edatool.checks.catalogue import CATALOGUE, Rule
from edatool.render.rules.markdown import markdown
from edatool.render.rules.shown import ShownRules

HEAD = """\
# Findings

What `edatool validate` and other commands find. The page of a code says why it matters and what to do, with an example
that has it and one that has not; `edatool explain` prints the same. All of this is made of the files in
`edatool/checks/rules`.

"""


def page() -> str:
    """Return the text of the page that lists them."""
    return HEAD + markdown(ShownRules(CATALOGUE, all_of_them=True)) + "\n"


def pages() -> dict[str, str]:
    """Return the page of each code by the name of its file."""
    return {f"findings/{rule.code}.md": _page(rule) for rule in CATALOGUE}


def _page(rule: Rule) -> str:
    return f"{markdown(ShownRules([rule], all_of_them=False))}\n\nAll codes: [findings](../findings.md).\n"
