"""Every finding has one code, which is listed, explained, and shown by examples that a command really gives."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edatool.checks import error_rules, warning_rules
from edatool.checks.catalogue import CATALOGUE, Rule, code_of
from edatool.checks.explanation import RuleExample, explanation
from edatool.checks.found import Found
from edatool.cli.main import run

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "edatool"
CODE = re.compile(r"[EW]\d{3}")
LISTED = {rule.code for rule in CATALOGUE}
FINDING_ERRORS: tuple[Callable[..., Found], ...] = (
    *error_rules.WRITTEN,
    *error_rules.OF_DELIVERIES,
    *error_rules.ACCEPTED,
    *error_rules.FILTERED,
)
FINDING_WARNINGS: tuple[Callable[..., Found], ...] = (
    *warning_rules.WRITTEN,
    *warning_rules.ACCEPTED,
    *warning_rules.LAID_OUT,
    *warning_rules.ROUTED,
    *warning_rules.FILTERED,
)


def said_in_code() -> Iterator[tuple[str, str]]:
    """Yield the codes that stand in the source as strings, each with the room that says it."""
    for file in PACKAGE.rglob("*.py"):
        room = file.relative_to(PACKAGE).parts[0]
        for node in ast.walk(ast.parse(file.read_bytes())) if room != "checks" else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                yield node.value, room


def findings(example: RuleExample, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Run the command of an example on its files, and return the findings that it prints."""
    for name, content in example.files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(content)
    assert example.command.startswith("edatool ")
    run(example.command.split()[1:])
    printed = "".join(capsys.readouterr()).splitlines()
    return [line for line in printed if re.match(rf"(\S+:\d+:\d+: )?{CODE.pattern} ", line)]


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: f"{rule.code}-{rule.name}")
def test_the_bad_example_has_the_findings_that_are_shown_and_the_good_one_has_not(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = explanation(rule)
    for example, name in ((said.bad, "bad"), (said.good, "good")):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        found = findings(example, folder, capsys)
        codes = CODE.findall("\n".join(re.match(r"(?:\S+:\d+:\d+: )?(.{4})", line)[1] for line in found))  # type: ignore[index]
        if example is said.bad:
            assert found == list(said.bad.findings)
            assert rule.code in codes
        else:
            assert rule.code not in codes
            assert [code for code in codes if code.startswith("E")] == []


def test_every_code_and_every_name_stands_for_one_thing() -> None:
    assert len({rule.code for rule in CATALOGUE}) == len(CATALOGUE)
    assert len({rule.name for rule in CATALOGUE}) == len(CATALOGUE)
    assert [rule.code[1:] for rule in CATALOGUE] == sorted(rule.code[1:] for rule in CATALOGUE)


def test_a_publisher_asks_all_rules_that_find_errors_and_no_others() -> None:
    assert {code_of(rule)[0] for rule in FINDING_ERRORS} == {"E"}
    assert {code_of(rule)[0] for rule in FINDING_WARNINGS} == {"W"}


def test_every_code_in_the_source_is_listed() -> None:
    assert {code for code, _ in said_in_code()} - LISTED == set()


def test_a_code_is_given_in_one_room_only() -> None:
    rooms: dict[str, set[str]] = defaultdict(set)
    for code, room in said_in_code():
        rooms[code].add(room)
    for rule in (*FINDING_ERRORS, *FINDING_WARNINGS):
        rooms[code_of(rule)].add("checks")
    for code in re.findall(r'Finding\("(\w+)"', (PACKAGE / "checks" / "findings" / "ignoring.py").read_text()):
        rooms[code].add("checks")
    # That a pattern takes too long is found out while a name is tried, also by plan.
    assert rooms.pop("E288") == {"routing", "checks"}
    assert {code: where for code, where in rooms.items() if len(where) > 1} == {}
    assert set(rooms) == LISTED - {"E288"}


def test_every_file_of_rules_is_listed_and_what_finds_something_is_run_once() -> None:
    files = {file.stem for file in (PACKAGE / "checks" / "rules").glob("*.py")} - {"__init__"}
    assert files == {rule.module for rule in CATALOGUE}
    finding = {stem for stem in files if "def find(" in (PACKAGE / "checks" / "rules" / f"{stem}.py").read_text()}
    asked = [rule.__module__.rpartition(".")[2] for rule in (*FINDING_ERRORS, *FINDING_WARNINGS)]
    assert sorted(asked) == sorted(finding)


def test_every_code_that_the_documentation_names_is_listed() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {code for page in pages for code in re.findall(rf"\b{CODE.pattern}\b", page.read_text())}
    assert named - LISTED == set()


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.code)
def test_a_summary_is_one_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z`].*\.", explanation(rule).summary)
    assert len(explanation(rule).summary) <= 118
