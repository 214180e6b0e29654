import json
from pathlib import Path

import pytest

from tests.cli.conftest import SPEC, EdatoolRun

FILTERS = """\
filters:
  large: {data.total: [{numeric: [">=", 100]}]}
  gold-eu: {headers.tier: gold, key: order.eu.placed, type: order.placed}
"""


@pytest.fixture(autouse=True)
def _filtered(shop: Path) -> None:
    (shop / "routes.yaml").write_text(SPEC + FILTERS)
    (shop / "small.json").write_text('{"region": "eu", "total": 80, "tier": "gold"}')
    (shop / "big.json").write_text('{"region": "us", "total": 100}')


def test_a_named_filter_says_of_each_payload_whether_it_matches_and_why_not(edatool: EdatoolRun) -> None:
    result = edatool("filter", "test", "large", "big.json", "small.json")
    assert result.code == 1
    assert result.out.splitlines() == [
        "matches         big.json",
        "does not match  small.json",
        "    data.total is 80, not a number >= 100  (routes.yaml:14:23)",
    ]


def test_it_exits_with_0_where_all_match(edatool: EdatoolRun) -> None:
    assert edatool("filter", "test", "large", "big.json").code == 0
    assert edatool("filter", "test", "large", "-", typed='{"total": 100.5}').code == 0


def test_an_event_gives_key_headers_and_type(edatool: EdatoolRun) -> None:
    assert edatool("filter", "test", "gold-eu", "small.json", "--event", "order.placed").code == 0
    result = edatool("filter", "test", "gold-eu", "big.json", "--event", "order.placed")
    assert 'key is "order.us.placed", not "order.eu.placed"' in result.out
    assert 'headers.tier is missing, not "gold"' in result.out


def test_the_examples_of_an_event_are_tried_where_no_payload_is_given(shop: Path, edatool: EdatoolRun) -> None:
    assert "no example" in edatool("filter", "test", "large", "--event", "order.placed").err
    schema = json.loads((shop / "order.json").read_text())
    (shop / "order.json").write_text(json.dumps({**schema, "examples": [{"region": "eu", "total": 500}]}))
    assert edatool("filter", "test", "large", "--event", "order.placed").out == "matches         example 0\n"


def test_a_pattern_is_given_inline_or_as_a_file(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "pattern.yaml").write_text("$or: [{data.total: 100}, {data.vip: true}]\n")
    assert edatool("filter", "test", "--pattern", "data.total: 80", "small.json").code == 0
    assert edatool("filter", "test", "--pattern", "pattern.yaml", "big.json").code == 0
    result = edatool("filter", "test", "--pattern", "pattern.yaml", "small.json")
    assert "alternative 2 of $or: data.vip is missing, not true  (pattern.yaml:1:37)" in result.out


def test_json_has_places_of_what_failed(edatool: EdatoolRun) -> None:
    found = json.loads(edatool("filter", "test", "large", "small.json", "--format", "json").out)
    assert found["payloads"][0]["matches"] is False
    failure = found["payloads"][0]["failures"][0]
    assert (failure["file"], failure["line"], failure["column"]) == ("routes.yaml", 14, 23)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nobody", "big.json"), 2, "the spec declares no filter 'nobody': it has large, gold-eu"),
        (("large",), 2, "give a payload"),
        ((), 2, "name a filter of the spec, or give a --pattern"),
        (("large", "big.json", "--event", "nothing"), 2, "the spec declares no event 'nothing'"),
        (("--pattern", "total: 1", "big.json"), 1, "--pattern:1:8: E291"),
        (("--pattern", "a: [", "big.json"), 1, "--pattern:1:5: E002 a [ or { is not closed"),
        (("large", "routes.yaml"), 1, "routes.yaml:1:1: E308 not JSON"),
        (("large", "big.json", "small.json", "--event", "order.placed", "--pattern", "x"), 1, "E291"),
    ],
)
def test_what_is_wrong_is_said(edatool: EdatoolRun, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = edatool("filter", "test", *arguments)
    assert result.code == code
    assert said in result.err


def test_a_payload_that_cannot_be_published_is_said(edatool: EdatoolRun) -> None:
    result = edatool("filter", "test", "large", "-", "--event", "order.placed", typed='{"total": 1}')
    assert result.code == 1
    assert "E308 - is not published as 'order.placed'" in result.err


def test_a_pattern_in_a_file_is_utf_8(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "latin.yaml").write_bytes(b"a: caf\xe9")
    result = edatool("filter", "test", "--pattern", "latin.yaml", "big.json")
    assert (result.code, result.err) == (2, "edatool: latin.yaml is not UTF-8: save it as UTF-8\n")


@pytest.mark.timeout(10)
def test_a_payload_without_end_is_refused(edatool: EdatoolRun) -> None:
    assert "over the limit" in edatool("filter", "test", "large", "/dev/zero").err
    assert "over the limit" in edatool("route", "order.placed", "/dev/zero").err
