import pytest

from edatool.checks.findings.introduced import introduced
from edatool.findings import Finding, Position


def found(message: str, line: int = 1, code: str = "W262") -> Finding:
    return Finding(code, message, Position("routes.yaml", line, 1))


def test_what_only_moved_is_not_new() -> None:
    assert introduced([found("a", 3)], [found("a", 30)]) == ()


def test_places_within_a_message_do_not_tell_findings_apart() -> None:
    before = found("it is declared in parts/a.yaml:3:1 already, first in line 4")
    assert introduced([before], [found("it is declared in parts/a.yaml:9:1 already, first in line 8")]) == ()


@pytest.mark.parametrize("other", [found("b"), found("a", code="W263")])
def test_another_message_or_code_is_new(other: Finding) -> None:
    assert introduced([found("a")], [found("a"), other]) == (other,)


def test_of_more_alike_ones_the_last_are_new() -> None:
    assert introduced([found("a", 1)], [found("a", 1), found("a", 5), found("a", 9)]) == (found("a", 5), found("a", 9))


def test_without_anything_before_all_is_new() -> None:
    assert introduced([], [found("a"), found("b")]) == (found("a"), found("b"))
