"""The comment on a pull request: worst first, within its bounds, and harmless."""

from dataclasses import replace

import pytest

from edatool.change.offline.contract_changes import ContractChange
from edatool.change.offline.declaration_changes import DeclarationChange
from edatool.change.offline.diff import Before, Diff
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


def test_findings_that_a_change_introduces_come_before_those_of_the_same_kind_and_are_counted() -> None:
    found = findings("W223", 3)
    diff = Diff(Before("main"), planned().plan, new=(found.findings[2],), mended=tuple(findings("E201", 2).findings))
    text = markdown(ShownComment("production", found, diff=diff))
    assert "- Findings: 3 warnings (1 new, 2 mended)\n" in text
    [first, *others] = [line for line in text.splitlines() if "W223" in line]
    assert "routes.yaml:3" in first.replace("&#46;", ".")
    assert first.startswith("| new warning |")
    assert not any("new" in one for one in others)


def test_contracts_and_declarations_that_differ_fit_with_true_totals() -> None:
    contracts = tuple(ContractChange(f"{number}.json", "changed", ("a",), removed=("note",)) for number in range(4000))
    declarations = tuple(DeclarationChange("event", f"event.{number}", "added") for number in range(4000))
    diff = Diff(Before("main"), planned().plan, contracts, declarations)
    text = markdown(ShownComment("production", findings("E201", 5000), SUITE, planned(), diff))
    assert len(text.encode()) <= 60_000
    assert "- Contracts: 4000 changed\n" in text
    assert "- Declarations: 4000 added\n" in text
    assert "~ 0.json (a): - note" in text
    assert "+ event event.0\n" in text
    assert f"and {4000 - text.count('.json (a)')} more lines on contracts" in text


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
