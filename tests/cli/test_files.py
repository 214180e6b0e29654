"""Files that commands are given: those that are not there, and ``-`` for standard input and output."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import SPEC, EdatoolRun


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "nosuch.yaml"),
        ("validate", "-f", "nosuch.yaml"),
        ("test", "-f", "nosuch.yaml"),
        ("test", "nosuch.yaml"),
        ("plan", "-f", "nosuch.yaml"),
        ("apply", "-f", "nosuch.yaml"),
        ("apply", "nosuch.json"),
        ("export", "-f", "nosuch.yaml"),
        ("route", "order.placed", "nosuch.json"),
        ("route", "--definitions", "nosuch.json", "--exchange", "e"),
        ("import", "--definitions", "nosuch.json"),
        ("publish", "order.placed", "nosuch.json"),
        ("filter", "test", "--pattern", "data.a: [1]", "nosuch.json"),
        ("plan", "--ca", "nosuch.pem", "--broker", "amqps://localhost"),
        ("test", "--junit", "nosuch/results.xml"),
        ("export", "-o", "nosuch/routes.json"),
    ],
)
def test_a_file_that_is_not_there_is_a_usage_error_in_every_command(
    shop: Path, edatool: EdatoolRun, arguments: Sequence[str]
) -> None:
    result = edatool(*arguments)
    assert result.code == 2, result.err
    assert "nosuch" in result.out + result.err


def test_a_schema_that_is_not_there_is_a_finding(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "order.json").unlink()
    assert edatool("validate").code == 1


def test_a_spec_is_checked_from_standard_input(shop: Path, edatool: EdatoolRun) -> None:
    assert edatool("validate", "-", typed=SPEC).code == 0
    wrong = edatool("validate", "-", typed=SPEC + "typo: 1\n")
    assert (wrong.code, wrong.out.startswith("-:13:1: E")) == (1, True), wrong.out
    assert edatool("test", "-f", "-", typed=SPEC).code == 0


def test_results_and_definitions_go_to_standard_output(shop: Path, edatool: EdatoolRun) -> None:
    junit = edatool("test", "--junit", "-")
    assert ElementTree.fromstring(junit.out).tag.startswith("testsuite")
    assert "0 tests" in junit.err
    definitions = edatool("export", "-o", "-").out
    assert {one["name"] for one in json.loads(definitions)["queues"]} == {"orders", "full"}
    routed = edatool(
        "route", "--definitions", "-", "--exchange", "events", "--key", "order.full.placed", typed=definitions
    )
    assert "full" in routed.out
    assert "orders:" in edatool("import", "--definitions", "-", "--name", "x", "-o", "-", typed=definitions).out


def test_a_plan_goes_through_standard_output_and_input(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    planned = edatool("plan", "--save", "-")
    assert (json.loads(planned.out)["spec"], "to create" in planned.err) == ("shop", True)
    assert edatool("apply", "-", typed=planned.out).code == 0


def test_a_spec_in_the_place_of_a_plan_gets_a_hint(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("apply", "routes.yaml")
    assert (result.code, "edatool apply -f routes.yaml" in result.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "-", "-"),
        ("publish", "order.placed", "-", "-", "--dry-run"),
        ("filter", "test", "--pattern", "-", "-"),
        ("apply", "-", "-f", "-"),
    ],
)
def test_standard_input_is_read_once(shop: Path, edatool: EdatoolRun, arguments: Sequence[str]) -> None:
    refused = edatool(*arguments, typed=SPEC)
    assert (refused.code, "read only once" in refused.err) == (2, True)


def test_it_is_so_where_click_has_opened_it(shop: Path) -> None:
    words = [sys.executable, "-m", "edatool", "route", "-f", "-", "order.placed", "-"]
    refused = subprocess.run(words, input=SPEC, capture_output=True, text=True, check=False)
    assert (refused.returncode, "read only once" in refused.stderr) == (2, True)


def test_what_is_no_file_may_be_a_hyphen_beside_standard_input(shop: Path, edatool: EdatoolRun) -> None:
    routed = edatool("route", "-f", "-", "--exchange", "events", "--key", "-", typed=SPEC)
    assert "standard input" not in routed.err


def test_a_pattern_may_come_from_standard_input(shop: Path, edatool: EdatoolRun) -> None:
    Path("order.json").write_text('{"total": 120}')
    found = edatool("filter", "test", "--pattern", "-", "order.json", typed="data.total: [{numeric: ['>', 100]}]")
    assert found.code == 0, found.err
