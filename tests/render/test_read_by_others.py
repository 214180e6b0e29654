"""Findings in formats that others define, as programs that are not ours read them."""

import json
from typing import Any

import jsonschema
import pytest
from junitparser import Failure, JUnitXml, Skipped
from sarif_pydantic import Sarif

from edatool.findings import Edit, Finding, Fix, Ignored, Position
from edatool.render.findings import FORMATS
from edatool.render.findings.shown import ShownFindings
from edatool.render.tests import FORMATS as TEST_FORMATS
from tests.render.sarif_schema import SARIF
from tests.render.test_hostile_names import SUITE

AT = Position("my routes.yaml", 1, 25)
FIX = Fix("write quorum", (Edit(AT, Position("my routes.yaml", 1, 30), "quorum"),))
SHOWN = ShownFindings(
    [
        Finding("E103", "wrong", AT, FIX),
        Finding("W223", "raised", AT, raised=True),
        Finding("W262", "elsewhere", Position("../../outside.yaml", 2, 1)),
        Finding("E801", "without a place"),
    ],
    [Ignored(Finding("W223", "unknown", AT), "a plugin has it")],
    lines={"my routes.yaml": ["queues: {orders: {type: qorum}}"]},
    root="/repository",
    folder="/repository",
)


def log() -> Any:
    return json.loads(FORMATS.show("sarif", SHOWN))


def test_sarif_with_fixes_and_suppressions_is_as_its_schema_says() -> None:
    jsonschema.validate(log(), SARIF, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize(
    ("key", "value"),
    [("level", "critical"), ("message", {}), ("suppressions", [{"kind": "ignored"}]), ("fixes", [{}]), ("line", 1)],
)
def test_the_schema_of_sarif_finds_what_is_wrong(key: str, value: object) -> None:
    broken = log()
    broken["runs"][0]["results"][0][key] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SARIF)


def test_what_a_result_in_sarif_refers_to_is_there() -> None:
    [run] = log()["runs"]
    rules = run["tool"]["driver"]["rules"]
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        file = one["locations"][0]["physicalLocation"]["artifactLocation"]
        assert file.get("uriBaseId", "%SRCROOT%") in run["originalUriBaseIds"]
        assert ("uriBaseId" in file) == (not file["uri"].startswith("file:"))


def test_a_reader_of_sarif_sees_places_fixes_and_suppressions() -> None:
    [run] = Sarif.model_validate(log()).runs
    wrong, raised, elsewhere, nowhere, ignored = run.results or []
    assert [one.level for one in (wrong, raised, elsewhere, nowhere)] == ["error", "error", "warning", "error"]
    place = wrong.locations[0].physical_location
    assert place.artifact_location.uri == "my%20routes.yaml"
    assert (place.region.start_line, place.region.start_column, place.region.end_column) == (1, 25, 30)
    [change] = wrong.fixes[0].artifact_changes
    assert change.replacements[0].inserted_content.text == "quorum"
    assert [one["justification"] for one in ignored.suppressions] == ["a plugin has it"]


def test_a_reader_of_junit_sees_errors_fail_and_warnings_skipped() -> None:
    [suite] = JUnitXml.fromstring(FORMATS.show("junit", SHOWN).encode())
    assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (4, 3, 1, 0)
    cases = list(suite)
    assert [type(one.result[0]) for one in cases] == [Failure, Failure, Skipped, Failure]
    assert cases[0].name == "E103 wrong"
    assert cases[0].classname == "my routes.yaml"


def test_a_reader_of_junit_sees_routing_tests_fail() -> None:
    [suite] = JUnitXml.fromstring(TEST_FORMATS.show("junit", SUITE).encode())
    [case] = suite
    assert (suite.tests, suite.failures) == (1, 1)
    assert isinstance(case.result[0], Failure)
