"""Variations of what rules find, and how rules go together; the examples in their docstrings are tested elsewhere."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from edatool.checks import error_rules, warning_rules
from edatool.checks.catalogue import code_of
from edatool.checks.found import Found
from edatool.checks.load import load
from edatool.routing.acceptance.objection import named

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
FOR_A_VERSION = sorted((Path(__file__).parent / "cases" / "versions").glob("*.yaml"))
MARKER = re.compile(r"#((?: [EW]\d{3})+)$")


def marked(case: Path) -> list[tuple[int, str]]:
    """Return the findings that the comments at the ends of lines ask for."""
    lines = enumerate(case.read_text().splitlines(), start=1)
    return [(number, code) for number, line in lines if (match := MARKER.search(line)) for code in match[1].split()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_has_exactly_the_findings_it_marks(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case.parent)
    routes = load([case.name], {})
    # Of schemas those in YAML can have comments.
    schemas = {*(one.file for one in routes.contracts.values()), *(f.at.file for f in routes.findings if f.at)}
    files = {case.name, *(one for one in schemas if one.endswith(".yaml"))}
    found = [(f.at.file, f.at.line, f.code) for f in routes.findings if f.at]
    assert sorted(found) == sorted((file, *one) for file in files for one in marked(Path(file)))


@pytest.mark.parametrize("case", FOR_A_VERSION, ids=lambda case: case.stem)
def test_for_a_version_a_case_has_exactly_the_findings_it_marks(case: Path) -> None:
    found = [(f.at.line, f.code) for f in load([str(case)], {}, named(case.stem)).findings if f.at]
    known = ("E227", "W226", "W229", "W431")
    assert sorted(one for one in found if one[1] in known) == sorted(marked(case))


@pytest.mark.parametrize(("version", "held_too_long"), [("4.2", True), ("4.3", False)])
def test_a_classic_queue_lets_events_wait_for_retries_as_long_as_they_like_from_4_3_on(
    version: str, held_too_long: bool
) -> None:
    case = Path(__file__).parent / "cases" / "consumers-routed.yaml"
    found = {finding.code for finding in load([str(case)], {}, named(version)).findings}
    assert ("W508" in found) == held_too_long


def test_every_rule_has_a_case() -> None:
    files = (*CASES, *FOR_A_VERSION, *(Path(__file__).parent / "cases").glob("*/*.yaml"))
    codes = {code for case in files for _, code in marked(case)}
    errors: tuple[Callable[..., Found], ...] = (
        *error_rules.WRITTEN,
        *error_rules.OF_DELIVERIES,
        *error_rules.ACCEPTED,
        *error_rules.FILTERED,
    )
    warnings: tuple[Callable[..., Found], ...] = (*warning_rules.WRITTEN, *warning_rules.ACCEPTED)
    of_routing: tuple[Callable[..., Found], ...] = (
        *warning_rules.LAID_OUT,
        *warning_rules.ROUTED,
        *warning_rules.FILTERED,
    )
    assert {code_of(rule) for rule in (*errors, *warnings, *of_routing)} <= codes


def test_every_message_says_a_way_out_in_one_sentence() -> None:
    for case in CASES:
        for finding in load([str(case)], {}).findings:
            assert not finding.message.endswith("."), finding
            assert "\n" not in finding.message, finding


def test_no_finding_repeats_a_secret() -> None:
    case = Path(__file__).parent / "cases" / "administration.yaml"
    assert "hunter2" in case.read_text()
    assert all("hunter2" not in str(finding) for finding in load([str(case)], {}).findings)
