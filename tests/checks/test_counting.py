"""How much findings count: by the spec's own words, by a profile, by default."""

from pathlib import Path

import pytest

from edatool.checks.load import load
from edatool.errors import InvalidInput

UNREACHED = "edatool: 1\nname: shop\nqueues: {orders: {}, invoices: {}}\nevents: {placed: {exchange: amq.topic}}\n"
BOUND = "bindings: [{queue: orders, events: [placed]}]\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "routes.yaml"


def found(spec: Path, *later: Path, profile: str | None = None) -> list[tuple[str, str]]:
    files = [str(spec), *map(str, later)]
    return sorted((one.code, one.severity) for one in load(files, {}, profile=profile).findings)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ("", [("W262", "warning")]),
        ("checks: {severity: {W262: error}}\n", [("W262", "error")]),
        ("checks: {severity: {unreachable-queue: error}}\n", [("W262", "error")]),
        ("checks: {severity: {W262: off}}\n", []),
        ("checks: {severity: {W711: error}}\n", [("W262", "warning"), ("W711", "error")]),
        ("checks:\n", [("W262", "warning")]),
    ],
)
def test_the_spec_says_how_much_a_rule_counts(spec: Path, checks: str, expected: list[tuple[str, str]]) -> None:
    spec.write_text(UNREACHED + BOUND + checks)
    assert found(spec) == expected


def test_strict_asks_all_rules_and_makes_errors_of_warnings(spec: Path) -> None:
    spec.write_text(UNREACHED + BOUND)
    strict = found(spec, profile="strict")
    assert {("W262", "error"), ("W711", "error"), ("W712", "error")} <= set(strict)
    assert {severity for _, severity in strict} == {"error"}
    spec.write_text(UNREACHED + BOUND + "checks: {profile: strict}\n")
    assert found(spec) == strict


def test_what_is_said_of_a_rule_counts_before_the_profile(spec: Path) -> None:
    spec.write_text(UNREACHED + BOUND + "checks: {profile: strict, severity: {W262: warning, W712: off}}\n")
    counted = dict(found(spec))
    assert (counted["W262"], counted["W711"]) == ("warning", "error")
    assert "W712" not in counted


def test_a_profile_of_the_caller_replaces_that_of_the_spec(spec: Path) -> None:
    spec.write_text(UNREACHED + BOUND + "checks: {profile: strict}\n")
    assert found(spec, profile="migration-4") == [("W262", "warning")]


def test_a_later_file_says_it_anew(spec: Path, tmp_path: Path) -> None:
    spec.write_text(UNREACHED + BOUND + "checks: {severity: {W262: off}}\n")
    later = tmp_path / "production.yaml"
    later.write_text("checks: {severity: {W262: error}}\n")
    assert found(spec, later) == [("W262", "error")]


def test_a_warning_that_was_raised_keeps_nobody_from_acting_on_the_spec(spec: Path) -> None:
    spec.write_text(UNREACHED + BOUND + "checks: {severity: {W262: error}}\n")
    routes = load([str(spec)], {})
    assert routes.ok
    assert [one.raised for one in routes.findings] == [True]
    assert ": W262 (error) no declared event" in str(routes.findings[0])


def test_an_error_stays_one_whatever_the_spec_says(spec: Path) -> None:
    binding = "bindings: [{queue: nowhere, exchange: amq.topic, key: a}]\n"
    spec.write_text(UNREACHED + binding + "checks: {severity: {E204: off}}\n")
    assert found(spec) == [("E204", "error"), ("W702", "warning")]
    with pytest.raises(InvalidInput):
        load([str(spec)], {}).require_valid()
