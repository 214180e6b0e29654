"""What is said of filters before any message comes is so for every message."""

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.contracts.load import load
from edatool.contracts.payload_field import PayloadField
from edatool.filters.analysis import judge
from edatool.filters.content import Content
from edatool.filters.implies import implies
from edatool.filters.matches import matches
from edatool.filters.pattern import FieldPath
from tests.examples import examples
from tests.filters import generated

SEEDS = st.integers(0, 2**64)
SCHEMAS: list[dict[str, object]] = [
    {"a": {"enum": ["a", "ab", 1]}, "b": {"type": "number", "minimum": 0, "maximum": 2.5}, "c": {"type": "string"}},
    {
        "a": {
            "type": "object",
            "required": ["b"],
            "properties": {"b": {"const": "a"}, "c": {"type": ["integer", "null"]}},
        },
        "b": {"type": "boolean"},
        "c": False,
    },
    {"a": {"type": "array"}, "b": {"type": "number", "exclusiveMinimum": 1}, "c": {"type": "object"}},
]


def contract(folder: Path, properties: dict[str, object], required: list[str]) -> Contract:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
    text = json.dumps({**schema, "properties": properties, "required": required})
    (folder / "s.json").write_text(text)
    contracts, wrong = load(folder, ["s.json"])
    assert not [one for one in wrong if one.is_error]
    return contracts["s.json"]


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> list[Contract]:
    return [
        contract(tmp_path_factory.mktemp("schema"), one, required)
        for one in SCHEMAS
        for required in ([], [name for name, schema in one.items() if schema is not False])
    ]


VALUES: dict[str, list[object]] = {
    "a": ["a", "ab", 1, {"b": "a"}, {"b": "a", "c": 1}, {"b": "a", "c": None}, [], ["a", 1], [{"b": "a", "c": 2.5}]],
    "b": [0, 0.5, 1, 2.5, 2, 10**20, True, False],
    "c": ["", "a", "A", "ab", "b", "ABc", {}, {"a": "a"}, {"a": 1}],
}


def payloads(draw: Random, one: Contract) -> list[object]:
    """Return random payloads that keep a contract."""
    made = [{name: draw.choice(values) for name, values in VALUES.items() if draw.random() < 0.8} for _ in range(200)]
    return [payload for payload in made if one.is_valid(payload)]


@given(SEEDS)
@settings(max_examples=examples(150), deadline=None)
def test_a_verdict_holds_for_every_valid_payload(contracts: list[Contract], seed: int) -> None:
    draw = Random(seed)
    one = draw.choice(contracts)

    def known(path: FieldPath) -> PayloadField | None:
        return field_of(one, path[1:]) if path[0] == "data" else None

    valid = payloads(draw, one)
    for _ in range(20):
        filter_ = generated.pattern(draw)
        verdict = judge(filter_, known)
        if verdict.holds != "maybe":
            for payload in valid:
                content = Content(payload, "a", {}, "a")
                assert matches(filter_, content) == (verdict.holds == "always"), (filter_, payload, verdict)


@given(SEEDS)
@settings(max_examples=examples(150), deadline=None)
def test_what_is_implied_matches_whenever_the_other_does(seed: int) -> None:
    draw = Random(seed)
    filters = [generated.pattern(draw) for _ in range(25)]
    pairs = [(one, other) for one in filters for other in filters if implies(one, other)]
    for _ in range(20):
        content = generated.content(draw)
        for one, other in pairs:
            assert not matches(one, content) or matches(other, content), (one, other, content)


@pytest.mark.parametrize(
    ("one", "other", "implied"),
    [
        ({"data.a": 1, "data.b": 2}, {"data.b": [2, 3]}, True),
        ({"data.a": [{"numeric": [">", 5]}]}, {"data.a": [{"numeric": [">=", 5]}]}, True),
        ({"data.a": [{"numeric": [">=", 5]}]}, {"data.a": [{"numeric": [">", 5]}]}, False),
        ({"data.a": [{"prefix": "abc"}]}, {"data.a": [{"prefix": "ab"}]}, True),
        ({"data.a": "abc"}, {"data.a": [{"wildcard": "a*c"}]}, True),
        ({"$or": [{"data.a": 1}, {"data.a": 2}]}, {"data.a": [1, 2, 3]}, True),
        ({"data.a": 1}, {"$or": [{"data.b": 1}, {"data.a": 1}]}, True),
        ({"$and": [{"data.a": 1}, {"data.b": 1}]}, {"data.b": 1}, True),
        ({"$not": {"data.a": [1, 2]}}, {"$not": {"data.a": 1}}, True),
        ({"$not": {"data.a": 1}}, {"$not": {"data.a": [1, 2]}}, False),
        ({"data.x.a": 1}, {"data.a": 1}, False),
    ],
)
def test_what_implies_what(one: object, other: object, implied: bool) -> None:
    assert implies(generated.read(one), generated.read(other)) == implied
