"""Findings in all formats: at their places, harmless whatever is written there, and known again."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool.findings import Edit, Finding, Fix, Ignored, Position
from edatool.render.findings import FORMATS
from edatool.render.findings.excerpt import excerpt
from edatool.render.findings.shown import ShownFindings
from edatool.visible import visible

EVIL = (
    "x :: ::error::and \n::error::forged\r\x1b[31m\u202e\x00\ud800\ufffe```|</code><script>http://evil @all %0A ]]>&;"
)
LINE = "##[error]\t::error::\x1b[31m\u202eforged"


def shown(*findings: Finding, lines: Sequence[str] = (), **settings: Any) -> ShownFindings:
    return ShownFindings(findings, lines={"routes.yaml": lines}, **settings)


def at(line: int, column: int = 1, file: str = "routes.yaml") -> Position:
    return Position(file, line, column)


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text if not unicodedata.combining(one))


@pytest.mark.parametrize(
    ("line", "column", "below"),
    [
        ("queues: {orders: {typ: quorum}}", 19, "typ"),
        ("\tqueues:\t{typ: quorum}", 11, "typ"),
        ("\u5546\u5e97: {typ: quorum}", 6, "typ"),
        ("Cafe\u0301: {typ: quorum}", 9, "typ"),
        ("\x1b[31m\u202e: {typ: quorum}", 10, "typ"),
        ('key: "order.{region}"', 6, '"order.{region}"'),
        ("exchange: https://host:80/x, key: a", 11, "https://host:80/x"),
        ("- {queue: a}", 3, "{"),
    ],
    ids=["plain", "tabs", "wide", "accent", "hidden", "quotes", "colons", "bracket"],
)
def test_the_mark_stands_below_the_value_at_the_place(line: str, column: int, below: str) -> None:
    written, mark = excerpt(line, column, 80)
    start = next(index for index in range(len(written)) if cells(written[:index]) == mark.index("^"))
    assert written[start : start + mark.count("^")] == below


def test_behind_the_end_of_a_line_there_is_a_mark_too() -> None:
    assert excerpt("queues:  ", 8, 80) == ("queues:", "       ^")


@given(st.text(max_size=400), st.integers(1, 400), st.integers(20, 120))
def test_a_line_is_cut_around_the_place_to_the_room_that_there_is(line: str, column: int, room: int) -> None:
    column = min(column, len(line) + 1)
    written, mark = excerpt(line, column, room)
    assert written.isprintable()
    assert cells(written) <= room + 10  # one character that is escaped may take ten
    assert mark.strip("^").strip(" ") == ""
    assert cells(mark) <= max(cells(written), room) + 1


def test_a_line_without_end_is_not_read_to_its_end() -> None:
    written, mark = excerpt("x" * 10_000_000 + " typ: 1" + "x" * 10_000_000, 10_000_002, 40)
    assert written.startswith("...")
    assert written.endswith("...")
    assert written[mark.index("^") :].startswith("typ")


@pytest.mark.parametrize("form", FORMATS.names)
def test_no_line_is_forged_and_nothing_moves_the_cursor(form: str) -> None:
    text = FORMATS.show(form, shown(Finding("E201", EVIL, at(1, 3)), Finding("W223", EVIL), lines=[LINE]))
    assert "forged" in text
    for line in text.split("\n"):
        assert line.isprintable(), line
        assert "##[error]" not in line
        assert not line.strip().startswith("::") or form == "github"
    if form == "github":
        assert len(text.split("\n")) == 2


def test_a_command_to_github_has_one_message_and_the_properties_that_it_is_given() -> None:
    one = Finding("E201", "100 %, a: b\nc", at(2, 5, "a,b:c%.yaml"))
    assert FORMATS.show("github", shown(one)) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=2,col=5,title=edatool E201 undeclared-event-exchange::100 %25, a: b\\nc"
    )


def test_github_gets_errors_first_as_it_shows_but_ten_of_a_step() -> None:
    found = [Finding("W223", "a warning", at(1)), Finding("E201", "an error", at(2))]
    assert [line[:8] for line in FORMATS.show("github", shown(*found)).split("\n")] == ["::error ", "::warnin"]


@pytest.mark.parametrize("form", ["junit", "checkstyle"])
def test_what_xml_has_no_characters_for_is_made_visible(form: str) -> None:
    root = ElementTree.fromstring(FORMATS.show(form, shown(Finding("E201", EVIL, at(1, 3)), lines=[LINE])))
    assert visible(EVIL) in [one.get("message") for one in root.iter()]


def test_nothing_in_markdown_is_markup_and_nobody_is_mentioned() -> None:
    text = FORMATS.show("markdown", shown(Finding("E201", EVIL + " @org/team #12 !3", at(1, 3))))
    assert re.findall(r"<(/?\w+)", text) == ["code", "/code"]
    for part in ("http://", "```", "@", "&#64;a", "&#64;o", "&#35;12", "&#33;3"):
        assert part not in text
    assert all(line.count("|") == 5 for line in text.split("\n")[2:])


def prints(form: str, found: ShownFindings) -> list[str]:
    value = json.loads(FORMATS.show(form, found))
    if form == "sarif":
        return [one["partialFingerprints"]["edatoolFinding/v1"] for one in value["runs"][0]["results"]]
    return [one["fingerprint"] for one in (value if form == "gitlab" else value["findings"])]


@pytest.mark.parametrize("form", ["gitlab", "sarif", "json"])
def test_a_finding_is_known_again_where_lines_were_added_above_it_and_no_two_are_taken_for_one(form: str) -> None:
    lines = ["- {queue: a}", "- {queue: a}", "- {queue: b}"]
    found = [Finding("E204", "the queue is not declared", at(line + 1, 11)) for line in range(3)]
    moved = [replace(one, at=at(one.at.line + 1, 11)) for one in found if one.at]
    before = prints(form, shown(*found, lines=lines))
    assert prints(form, shown(*moved, lines=["# new", *lines])) == before
    assert len(set(before)) == 3


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("routes.yaml", {"uri": "services/shop/routes.yaml", "uriBaseId": "%SRCROOT%"}),
        ("../a b#%.yaml", {"uri": "services/a%20b%23%25.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/repository/x.yaml", {"uri": "x.yaml", "uriBaseId": "%SRCROOT%"}),
        ("../../../other/x.yaml", {"uri": "file:///other/x.yaml"}),
    ],
)
def test_files_in_sarif_are_named_from_the_root_of_the_repository(file: str, uri: dict[str, str]) -> None:
    where = {"root": "/repository", "folder": "/repository/services/shop"}
    log = json.loads(FORMATS.show("sarif", shown(Finding("E201", "wrong", at(1, 1, file)), **where)))
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == uri


def test_columns_in_sarif_count_characters_and_not_those_of_utf16() -> None:
    found = shown(Finding("E101", "wrong", at(1, 5)), lines=["\U0001f4e6: {typ: 1}"])
    run = json.loads(FORMATS.show("sarif", found))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 5, "endColumn": 8}


def test_a_message_in_sarif_has_no_links() -> None:
    found = shown(Finding("E101", "[here](http://evil)"))
    [result] = json.loads(FORMATS.show("sarif", found))["runs"][0]["results"]
    assert result["message"]["text"] == "[here\\](http://evil)"


def test_a_report_in_markdown_fits_a_comment_and_says_how_much_more_there_is() -> None:
    text = FORMATS.show("markdown", shown(*(Finding("W223", "\u5546" * 100, at(1)) for _ in range(1000))))
    assert 49_000 < len(text.encode()) < 60_000
    rows = text.count("| warning |")
    assert f"and {1000 - rows} more findings" in text
    assert text.startswith("### edatool validate: 1000 warnings\n")


def test_a_fix_is_said_and_its_edit_is_there_for_programs() -> None:
    fix = Fix("write quorum", (Edit(at(1, 24), at(1, 29), "quorum"),))
    found = shown(Finding("E103", "wrong", at(1, 24), fix), lines=["queues: {orders: {type: qorum}}"])
    assert FORMATS.show("text", found).endswith("\n      = fix: write quorum")
    [result] = json.loads(FORMATS.show("sarif", found))["runs"][0]["results"]
    region = {"startLine": 1, "startColumn": 24, "endLine": 1, "endColumn": 29}
    file = {"uri": "routes.yaml", "uriBaseId": "%SRCROOT%"}
    replacement = {"deletedRegion": region, "insertedContent": {"text": "quorum"}}
    change = {"artifactLocation": file, "replacements": [replacement]}
    assert result["fixes"] == [{"description": {"text": "write quorum"}, "artifactChanges": [change]}]
    [one] = json.loads(FORMATS.show("json", found))["findings"]
    assert one["fix"]["edits"] == [
        {"file": "routes.yaml", "start": {"line": 1, "column": 24}, "end": {"line": 1, "column": 29}, "text": "quorum"}
    ]


def test_a_warning_that_was_raised_is_an_error_everywhere() -> None:
    found = shown(Finding("W223", "unknown", at(1), raised=True))
    assert "::error " in FORMATS.show("github", found)
    assert '"level": "error"' in FORMATS.show("sarif", found)
    assert "<failure " in FORMATS.show("junit", found)
    assert 'severity="error"' in FORMATS.show("checkstyle", found)
    assert "| error | W223 |" in FORMATS.show("markdown", found)


def test_what_is_ignored_is_suppressed_in_sarif_with_the_reason_and_counts_nowhere() -> None:
    found = shown(
        Finding("E103", "wrong", at(1)), ignored=[Ignored(Finding("W223", "unknown", at(2)), "a plugin has it")]
    )
    results = json.loads(FORMATS.show("sarif", found))["runs"][0]["results"]
    why = {"kind": "inSource", "status": "accepted", "justification": "a plugin has it"}
    assert [(one["ruleId"], one["suppressions"]) for one in results] == [("E103", []), ("W223", [why])]
    [ignored] = json.loads(FORMATS.show("json", found))["ignored"]
    assert (ignored["code"], ignored["reason"]) == ("W223", "a plugin has it")
    assert "unknown: a plugin has it" in FORMATS.show("markdown", found)
    for form in ("text", "short", "github", "gitlab", "junit", "checkstyle"):
        assert "W223" not in FORMATS.show(form, found)
