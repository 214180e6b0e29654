from pathlib import Path

from edatool.checks.catalogue import CATALOGUE
from edatool.render.rules import markdown

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def test_the_page_of_findings_is_what_the_rules_say() -> None:
    assert PAGE.read_text() == markdown(CATALOGUE) + "\n", "run make docs"
