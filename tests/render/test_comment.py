"""The comment on a pull request: worst first, within its bounds, and harmless."""

from dataclasses import replace

import pytest

from edatool.findings import Finding, Position
from edatool.render.comment import FORMATS
from edatool.render.comment.shown import ShownComment, marker
from edatool.render.findings.shown import ShownFindings
from edatool.render.tests.shown import ShownSuite
from edatool.routing.suite import Suite
from tests.render.test_hostile_names import EVIL, SUITE, planned

PASSED = ShownSuite(Suite((), SUITE.suite.covered, 0.0), "shop")


def findings(code: str, number: int, message: str = "wrong") -> ShownFindings:
    return ShownFindings([Finding(code, message, Position("routes.yaml", line + 1, 1)) for line in range(number)])


def markdown(shown: ShownComment) -> str:
    return FORMATS.show("markdown", shown)


def test_what_is_wrong_comes_first_in_the_counts_and_in_the_parts() -> None:
    text = markdown(ShownComment("production", findings("W223", 2), PASSED))
    assert text.index("### Findings: 2 warnings") < text.index("### Tests: 0 passed, 0 failed")
    text = markdown(ShownComment("production", findings("W223", 2), SUITE))
    assert text.index("- **Tests: 0 passed, 1 failed") < text.index("- Findings: 2 warnings")
    assert text.index("### Tests: ") < text.index("### Findings: ")


@pytest.mark.parametrize("message", ["wrong" * 30, "\u5546" * 300, EVIL])
def test_it_fits_with_true_totals_and_says_where_the_rest_is(message: str) -> None:
    [failed] = SUITE.suite.ran
    many = replace(SUITE, suite=replace(SUITE.suite, ran=(failed,) * 3000))
    text = markdown(ShownComment("production", findings("E201", 5000, message), many, planned()))
    assert len(text.encode()) <= 60_000
    assert "- **Findings: 5000 errors**" in text
    assert "- **Tests: 0 passed, 3000 failed" in text
    assert text.endswith("*What there is no room for here is in the summary of the job.*")
    rows = text.count("| error | E201 |")
    assert f"and {5000 - rows} more findings" in text


def test_nothing_of_what_others_wrote_is_markup() -> None:
    text = markdown(ShownComment(EVIL, findings("E201", 1, EVIL), SUITE))
    for part in ("<script>", "http://", "@", "```"):
        assert part not in text


@pytest.mark.parametrize("name", ["production", "a-->b", EVIL, "-", "eu/west"])
def test_it_begins_with_a_marker_that_is_of_one_environment_and_that_nobody_sees(name: str) -> None:
    first = markdown(ShownComment(name)).split("\n")[0]
    assert first == marker(name)
    assert first.startswith("<!-- edatool: ")
    assert first.index("-->") == len(first) - 3
    assert marker(f"{name}-") != first
