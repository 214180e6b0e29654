"""Findings that the authors of a spec have looked at, and said why they do not count."""

from pathlib import Path
from textwrap import dedent

import pytest

from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.acceptance.objection import named

HEAD = "edatool: 1\nname: shop\nevents: {placed: {exchange: amq.topic}}\n"
BOUND = HEAD + "bindings: [{queue: orders, events: [placed]}]\nqueues:\n  orders: {}\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "routes.yaml"


def checked(spec: Path, text: str, *later: Path) -> Routes:
    spec.write_text(text)
    return load([str(spec), *map(str, later)], {})


def codes(routes: Routes) -> list[str]:
    return [one.code for one in routes.findings]


def ignored(routes: Routes) -> list[tuple[str, str]]:
    return [(one.finding.code, one.reason) for one in routes.ignored]


@pytest.mark.parametrize(
    "queue",
    [
        "  invoices: {}  # edatool: ignore[W262] because billing binds it\n",
        "  # edatool: ignore[W262] because billing binds it\n  invoices: {}\n",
        "  invoices: {}  # edatool: ignore[unreachable-queue] because billing binds it\n",
        "  invoices:  # edatool: ignore[w262] because billing binds it\n    type: quorum\n",
    ],
)
def test_a_comment_on_its_line_or_above_takes_a_finding_out_of_the_count(spec: Path, queue: str) -> None:
    routes = checked(spec, BOUND + queue)
    assert codes(routes) == []
    assert ignored(routes) == [("W262", "billing binds it")]


def test_a_comment_at_the_key_of_an_object_is_for_all_that_is_in_it(spec: Path) -> None:
    queue = "  invoices:  # edatool: ignore[W262, W226] because it is old\n    type: classic\n    durable: false\n"
    routes = checked(spec, BOUND + queue + "  others: {durable: false}\n")
    assert ignored(routes) == [("W262", "it is old"), ("W226", "it is old")]
    assert codes(routes) == ["W262", "W226"]


def test_a_comment_in_an_included_file_counts(spec: Path) -> None:
    (spec.parent / "more.yaml").write_text("queues:\n  more: {}  # edatool: ignore[W262] because of x\n")
    assert ignored(checked(spec, "include: [more.yaml]\n" + BOUND)) == [("W262", "of x")]


def test_a_comment_counts_too_where_a_later_file_says_more_of_the_object(spec: Path) -> None:
    later = spec.parent / "production.yaml"
    later.write_text("queues:\n  more:\n    max_length: 5\n")
    text = BOUND + "  more:  # edatool: ignore[W262] because of x\n    type: quorum\n"
    assert ignored(checked(spec, text, later)) == [("W262", "of x")]


def test_a_comment_of_a_later_file_counts(spec: Path) -> None:
    later = spec.parent / "production.yaml"
    later.write_text("queues:\n  more: {max_length: 5}  # edatool: ignore[W262] because of x\n")
    assert ignored(checked(spec, BOUND + "  more: {}\n", later)) == [("W262", "of x")]


def test_text_in_a_string_ignores_nothing(spec: Path) -> None:
    text = BOUND + "  more:\n    summary: |\n      # edatool: ignore[W262] because of x\n"
    assert codes(checked(spec, text)) == ["W262"]


@pytest.mark.parametrize("said", ["[W262]", "[W262] because", "[W262] for it is old", "", "[] because of x"])
def test_without_rules_and_a_reason_nothing_is_ignored(spec: Path, said: str) -> None:
    routes = checked(spec, f"{BOUND}  more: {{}}  # edatool: ignore{said}\n")
    assert codes(routes) == ["W262", "W703"]
    assert routes.ignored == ()


def test_what_finds_nothing_what_is_unknown_and_what_is_an_error_are_findings(spec: Path) -> None:
    routes = checked(spec, BOUND + "  more: {}  # edatool: ignore[W262, W236, W999, E204] because of x\n")
    assert codes(routes) == ["W701", "W702", "W704"]
    assert {(one.at.line, one.at.column) for one in routes.findings if one.at} == {(7, 13)}


def test_an_error_is_never_ignored(spec: Path) -> None:
    binding = "  - {queue: nowhere, exchange: amq.topic, key: a}  # edatool: ignore[E204] because of x\n"
    routes = checked(spec, HEAD + "bindings:\n" + binding)
    assert codes(routes) == ["E204", "W702"]
    assert not routes.ok


def test_while_there_are_errors_nothing_is_said_of_comments_that_find_nothing(spec: Path) -> None:
    assert codes(checked(spec, BOUND + "  more: {typ: quorum}  # edatool: ignore[W262] because of x\n")) == ["E101"]


@pytest.mark.parametrize("code", ["W229", "W228", "W431", "W226", "W712"])
def test_nor_of_rules_that_are_off_or_depend_on_the_version(spec: Path, code: str) -> None:
    routes = checked(spec, f"{BOUND}  # edatool: ignore[{code}] because of x\n  more: {{external: true}}\n")
    assert codes(routes) == []


def test_what_is_found_for_one_version_only_is_ignored_there(spec: Path) -> None:
    text = BOUND + "  # edatool: ignore[W229, W262] because of x\n  more: {type: classic, queue_mode: lazy}\n"
    assert codes(checked(spec, text)) == []
    routes = load([str(spec)], {}, named("4.3"))
    assert [code for code, _ in ignored(routes)] == ["W262", "W229"]


def test_the_section_checks_ignores_what_is_in_files_without_comments(spec: Path) -> None:
    (spec.parent / "parts").mkdir()
    (spec.parent / "parts" / "old.yaml").write_text("queues:\n  old: {}\n")
    ignore = dedent("""\
        include: [parts/old.yaml]
        checks:
          ignore:
            - {rule: W262, files: "parts/*", because: nobody minds}
        """)
    routes = checked(spec, ignore + BOUND)
    assert ignored(routes) == [("W262", "nobody minds")]
    assert codes(routes) == []


def test_what_it_ignores_without_need_is_a_finding(spec: Path) -> None:
    routes = checked(spec, BOUND + 'checks:\n  ignore:\n    - {rule: W262, files: "x/*", because: of x}\n')
    assert [(one.code, one.at.line) for one in routes.findings if one.at] == [("W704", 9)]


def test_what_it_says_without_a_reason_or_files_is_an_error(spec: Path) -> None:
    routes = checked(spec, BOUND + "checks:\n  ignore:\n    - {rule: W262}\n    - {rule: 5}\n    - W262\n")
    assert sorted(codes(routes)) == ["E102", "E102", "E103", "E103"]


def test_findings_about_ignoring_can_be_turned_off_and_strict_makes_errors_of_them(spec: Path) -> None:
    text = BOUND.replace("{}", "{owner: a}") + "  more: {owner: a}  # edatool: ignore[W262, W236] because of x\n"
    assert codes(checked(spec, text + "checks: {severity: {W704: off}}\n")) == []
    routes = checked(spec, text + "checks: {profile: strict, severity: {W711: off}}\n")
    assert ("W704", "error") in [(one.code, one.severity) for one in routes.findings]
