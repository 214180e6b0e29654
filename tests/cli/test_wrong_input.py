"""What keeps a command from working, in the format that was asked for."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import EdatoolRun

TYPO = "edatool: 1\nname: shop\nqueues: {orders: {max_lenght: 1}}\n"


@pytest.fixture
def typo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "routes.yaml").write_text(TYPO)
    return tmp_path


@pytest.mark.parametrize("command", ["test", "plan", "diff"])
def test_a_command_that_cannot_begin_writes_why_to_its_file(typo: Path, edatool: EdatoolRun, command: str) -> None:
    result = edatool(command, "--format", "sarif", "-o", "out.sarif")
    (run,) = json.loads((typo / "out.sarif").read_text())["runs"]
    (found,) = run["results"]
    assert (found["ruleId"], found["locations"][0]["physicalLocation"]["region"]["startLine"]) == ("E101", 3)
    assert (result.code, result.out) == (1, "")
    assert "routes.yaml:3:19: E101 unknown key 'max_lenght'" in result.err


def test_it_prints_why_as_its_result_where_no_file_is_named(typo: Path, edatool: EdatoolRun) -> None:
    assert [one["code"] for one in json.loads(edatool("test", "--format", "json").out)["findings"]] == ["E101"]
    assert edatool("test", "--format", "json").err == ""


def test_a_format_that_has_no_findings_leaves_them_to_the_text(typo: Path, edatool: EdatoolRun) -> None:
    result = edatool("diff", "--format", "mermaid", "-o", "out.mmd")
    assert (result.code, result.out, (typo / "out.mmd").exists()) == (1, "", False)
    assert "E101" in result.err


def test_the_file_of_junit_is_written_where_no_test_can_run(typo: Path, edatool: EdatoolRun) -> None:
    assert edatool("test", "--junit", "results.xml").code == 1
    failed = ElementTree.parse(typo / "results.xml").getroot().findall(".//failure")
    assert [one.get("message") for one in failed] == ["unknown key 'max_lenght': did you mean 'max_length'?"]
