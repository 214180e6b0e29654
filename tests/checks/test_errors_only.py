"""What a publisher asks of a spec: whether it is wrong, and not what else could be said of it."""

import sys
from pathlib import Path
from types import FrameType

import pytest

from edatool import InvalidInput, Publisher
from edatool.checks.load import load

HEAD = """\
edatool: 1
name: shop
exchanges: {events: {type: topic}, by-chance: {type: x-random}}
events: {placed: {exchange: events, key: a}}
"""
BINDING = "bindings:\n  - {queue: q0, exchange: %s, key: '#', filter: {data.total: [{numeric: ['>', 1]}]}}\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "routes.yaml"


def codes(spec: Path, *, errors_only: bool) -> set[str]:
    return {one.code for one in load([str(spec)], {}, errors_only=errors_only).findings}


def test_warnings_of_the_routing_are_not_looked_for(spec: Path) -> None:
    spec.write_text(HEAD + "queues: {q0: {}}\n")
    assert codes(spec, errors_only=False) == {"W261", "W262"}
    assert codes(spec, errors_only=True) == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("queues: {q0: {}}\n" + BINDING % "nowhere", "E204"),
        ("queues: {q0: {}}\n" + (BINDING % "events").replace("numeric", "numerical"), "E291"),
        ("queues: {q0: {}}\n" + BINDING % "by-chance", "E297"),
        ("queues: {q0: {typ: quorum}}\n", "E101"),
    ],
)
def test_a_publisher_refuses_what_validate_calls_an_error(spec: Path, text: str, code: str) -> None:
    spec.write_text(HEAD + text)
    assert code in codes(spec, errors_only=False)
    with pytest.raises(InvalidInput) as refused:
        Publisher(str(spec), environment={})
    assert [one.code for one in refused.value.findings] == [code]


@pytest.mark.parametrize(
    ("file", "code"), [("soap: {wsdl: billing.wsdl, operation: Bill}", "E533"), ("schema: billing.json", "E301")]
)
def test_a_publisher_needs_no_files_that_only_deliveries_read(spec: Path, file: str, code: str) -> None:
    queues = "{q0: {dead_letter: {exchange: '', key: q1}}, q1: {}}"
    billing = f"{{queue: q0, to: 'https://billing.example/', {file}}}"
    spec.write_text(f"{HEAD}queues: {queues}\ndeliveries: {{billing: {billing}}}\n")
    assert code in codes(spec, errors_only=False)
    assert codes(spec, errors_only=True) == set()


def test_a_publisher_takes_a_time_in_proportion_to_the_filters(spec: Path) -> None:
    few, many = calls(spec, 100), calls(spec, 800)
    assert many < 8.5 * few


def calls(spec: Path, filters: int) -> int:
    """Return how many functions are called until there is a publisher; that does not depend on the machine."""
    binding = (BINDING % "events").splitlines()[1]
    bindings = "\n".join(binding.replace("q0", f"q{i}").replace("1]", f"{i}]") for i in range(filters))
    queues = ", ".join(f"q{i}: {{}}" for i in range(filters))
    spec.write_text(f"{HEAD}queues: {{{queues}}}\nbindings:\n{bindings}\n")
    number = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        Publisher(str(spec), environment={})
    finally:
        sys.setprofile(None)
    return number
