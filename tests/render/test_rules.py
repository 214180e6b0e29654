from pathlib import Path

from edatool.checks.catalogue import CATALOGUE
from edatool.render.rules.markdown import markdown
from edatool.render.rules.shown import ShownRules

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def test_the_page_of_findings_is_what_the_rules_say() -> None:
    assert PAGE.read_text() == markdown(ShownRules(CATALOGUE, all_of_them=True)) + "\n", "run make docs"
