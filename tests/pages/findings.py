"""The page docs/findings.md, made of the rules."""

from edatool.checks.catalogue import CATALOGUE
from edatool.render.rules.markdown import markdown
from edatool.render.rules.shown import ShownRules


def page() -> str:
    """Return the text of the page."""
    return markdown(ShownRules(CATALOGUE, all_of_them=True)) + "\n"
