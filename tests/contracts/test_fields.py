import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.contracts.load import load
from edatool.contracts.payload_field import PayloadField
from tests.examples import examples

UNKNOWN = {"known": False, "forbidden": False, "required": False, "types": None, "values": None, "pattern": None}
OBJECT = {"type": "object"}
REGION = {"enum": ["eu", "us"]}
S = frozenset({"string"})


def contract(folder: Path, schema: dict[str, Any], other: dict[str, Any] | None = None) -> Contract:
    folder.mkdir(exist_ok=True)
    (folder / "a.json").write_text(json.dumps(schema))
    (folder / "b.json").write_text(json.dumps(other or {}))
    contracts, findings = load(folder, ["a.json"])
    assert findings == []
    return contracts["a.json"]


@pytest.mark.parametrize(
    ("schema", "path", "says"),
    [
        ({}, "a", {}),
        ({"properties": {"a": {}}}, "a", {"known": True}),
        ({"properties": {"a": {"type": "string"}}}, "a", {"known": True, "types": S}),
        ({"properties": {"a": {"type": ["string", "null"]}}}, "a", {"known": True, "types": {"string", "null"}}),
        ({"properties": {"a": REGION}}, "a", {"known": True, "types": S, "values": ("eu", "us")}),
        ({"properties": {"a": {"const": 1}}}, "a", {"known": True, "types": {"integer"}, "values": (1,)}),
        ({"properties": {"a": {"pattern": "^x"}}}, "a", {"known": True, "pattern": "^x"}),
        ({"properties": {"a": {"maxLength": 3}}}, "a", {"known": True, "longest": 3}),
        ({"properties": {"a": {"allOf": [{"maxLength": 3}, {"maxLength": 2}]}}}, "a", {"known": True, "longest": 2}),
        ({"properties": {"a": {"anyOf": [{"maxLength": 3}, {"maxLength": 2}]}}}, "a", {"known": True, "longest": 3}),
        ({"properties": {"a": {"anyOf": [{"maxLength": 3}, {"minLength": 2}]}}}, "a", {"known": True}),
        ({"properties": {"a": False}}, "a", {"forbidden": True}),
        ({"properties": {"a": {"type": "string", "const": 1}}}, "a", {"forbidden": True, "types": set(), "values": ()}),
        ({"properties": {"b": {}}, "additionalProperties": False}, "a", {"forbidden": True}),
        ({"additionalProperties": {"type": "string"}}, "a", {"known": True, "types": S}),
        ({"additionalProperties": True}, "a", {}),
        (
            {"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": False},
            "a",
            {"known": True, "types": S},
        ),
        ({"type": "array"}, "a", {"forbidden": True}),
        ({"required": ["a"]}, "a", {"known": True}),
        ({**OBJECT, "required": ["a"]}, "a", {"known": True, "required": True}),
        ({**OBJECT, "required": ["a"], "properties": {"a": False}}, "a", {"forbidden": True}),
        ({**OBJECT, "required": ["a"], "properties": {"a": {"required": ["b"]}}}, "a.b", {"known": True}),
        (
            {**OBJECT, "required": ["a"], "properties": {"a": {**OBJECT, "required": ["b"]}}},
            "a.b",
            {"known": True, "required": True},
        ),
        ({**OBJECT, "properties": {"a": {**OBJECT, "required": ["b"]}}}, "a.b", {"known": True}),
        ({"properties": {"a": {"type": "string"}}}, "a.b", {"forbidden": True}),
        ({"properties": {"a": {"type": ["string", "object"]}}}, "a.b", {}),
        ({"properties": {"a": False}}, "a.b", {"forbidden": True}),
        (
            {"allOf": [OBJECT, {"required": ["a"]}, {"properties": {"a": {"type": "number"}}}]},
            "a",
            {"known": True, "required": True, "types": {"number"}},
        ),
        (
            {"properties": {"a": {"type": "number", "allOf": [{"type": ["integer", "string"]}]}}},
            "a",
            {"known": True, "types": {"integer"}},
        ),
        (
            {"properties": {"a": {"enum": ["eu", "us", None], "type": "string", "allOf": [{"enum": ["us", 1]}]}}},
            "a",
            {"known": True, "types": S, "values": ("us",)},
        ),
        (
            {
                **OBJECT,
                "oneOf": [{"properties": {"a": REGION}, "required": ["a"]}, {"properties": {"a": {"const": 3}}}],
            },
            "a",
            {"known": True, "types": {"string", "integer"}, "values": ("eu", "us", 3)},
        ),
        ({**OBJECT, "anyOf": [{"required": ["a"]}, {"required": ["a", "b"]}]}, "a", {"known": True, "required": True}),
        ({"anyOf": [{"properties": {"a": REGION}}, {}]}, "a", {"known": True}),
        (
            {"anyOf": [{"properties": {"a": REGION}}, {"properties": {"a": False}}]},
            "a",
            {"known": True, "types": S, "values": ("eu", "us")},
        ),
        (
            {
                "if": {"properties": {"k": {}}},
                "then": {"properties": {"a": {"const": 1}}},
                "else": {"properties": {"a": {"const": 2}}},
            },
            "a",
            {"known": True, "types": {"integer"}, "values": (1, 2)},
        ),
        ({"if": {}, "then": {"properties": {"a": {"const": 1}}}}, "a", {"known": True}),
        ({"if": {"properties": {"a": {"const": 1}}}}, "a", {"known": True}),
        ({"dependentSchemas": {"b": {"properties": {"a": {"const": 1}}}}}, "a", {"known": True}),
        ({"not": {"properties": {"a": {"const": 1}}}}, "a", {}),
        (
            {"properties": {"a": {"$ref": "#/$defs/r", "type": "string"}}, "$defs": {"r": REGION}},
            "a",
            {"known": True, "types": S, "values": ("eu", "us")},
        ),
        ({"$ref": "b.json"}, "a", {"known": True, "types": S, "pattern": "^b"}),
        ({"properties": {"x": {"$ref": "b.json#/properties/a"}}}, "x", {"known": True, "types": S, "pattern": "^b"}),
        ({"$ref": "#"}, "a", {}),
        ({"properties": {"a": {"$ref": "#"}}, "required": ["a"]}, "a.a.a", {"known": True}),
        ({"allOf": [{"$ref": "#/$defs/x"}], "$defs": {"x": {"anyOf": [{"$ref": "#"}, {}]}}}, "a", {}),
        ({"allOf": [{"$ref": "#"}, {"$ref": "#"}, {"$ref": "#/allOf/0"}]}, "a", {}),
        ({"$dynamicRef": "#"}, "a", {"known": True}),
        (
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "$ref": "#/definitions/x",
                "definitions": {"x": {}},
                "additionalProperties": False,
            },
            "a",
            {},
        ),
    ],
    ids=lambda value: json.dumps(value, default=sorted)[:50],
)
def test_a_field_is_what_the_schema_says_and_no_more(
    tmp_path: Path, schema: dict[str, Any], path: str, says: dict[str, Any]
) -> None:
    whole = contract(tmp_path, schema, {"properties": {"a": {"type": "string", "pattern": "^b"}}})
    assert field_of(whole, tuple(path.split("."))) == PayloadField(**{**UNKNOWN, **says})


def test_a_schema_whose_parts_meet_again_and_again_is_read_once(tmp_path: Path) -> None:
    parts = {str(n): {"allOf": [{"$ref": f"#/$defs/{n + 1}"}, {"$ref": f"#/$defs/{n + 1}"}]} for n in range(40)}
    schema = {"properties": {"a": {"$ref": "#/$defs/0"}}, "$defs": {**parts, "40": {"type": "string"}}}
    (tmp_path / "a.json").write_text(json.dumps(schema))
    contracts, _ = load(tmp_path, ["a.json"])
    assert field_of(contracts["a.json"], ("a",)).types == S


def test_a_chain_of_references_too_long_to_follow_claims_nothing(tmp_path: Path) -> None:
    chain = {str(number): {"$ref": f"#/$defs/{number + 1}"} for number in range(3000)}
    whole = contract(tmp_path, {"$ref": "#/$defs/0", "$defs": {**chain, "3000": {"type": "string"}}})
    assert field_of(whole, ("a",)).types is None


VALUES: st.SearchStrategy[object] = st.sampled_from(
    [0, 1, 1.0, 1.5, True, None, "a", "b", [], {}, {"a": 1}, {"a": "a"}, {"a": {"b": "a"}}, {"b": 1}]
)
TYPES = st.sampled_from(["string", "integer", "number", "object", "boolean"])
SCHEMAS = st.recursive(
    st.booleans()
    | st.fixed_dictionaries(
        {}, optional={"type": TYPES, "enum": st.lists(VALUES, min_size=1), "const": VALUES, "pattern": st.just("^a")}
    ),
    lambda x: st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("object") | st.lists(TYPES, min_size=1, unique=True),
            "properties": st.dictionaries(st.sampled_from("ab"), x),
            "patternProperties": st.dictionaries(st.sampled_from(["a", "b", "^$"]), x),
            "additionalProperties": x,
            "required": st.lists(st.sampled_from("ab"), unique=True),
            **{keyword: st.lists(x, min_size=1, max_size=2) for keyword in ("allOf", "anyOf", "oneOf")},
            **dict.fromkeys(("if", "then", "else", "not"), x),
        },
    ),
)
PAYLOADS = VALUES | st.dictionaries(st.sampled_from("abc"), VALUES)


@settings(deadline=None, max_examples=examples(150))
@given(SCHEMAS, st.lists(PAYLOADS, min_size=5), st.lists(st.sampled_from("ab"), min_size=1, max_size=2))
def test_no_valid_payload_contradicts_what_is_said_of_a_field(
    tmp_path_factory: pytest.TempPathFactory, schema: Any, payloads: list[object], path: list[str]
) -> None:
    from jsonschema_rs import is_valid

    whole = contract(tmp_path_factory.getbasetemp() / "fields", {"allOf": [schema]})
    says = field_of(whole, tuple(path))
    for payload in filter(whole.is_valid, payloads):
        value: Any = payload
        for name in path:
            if not isinstance(value, dict) or name not in value:
                assert not says.required
                break
            value = value[name]
        else:
            assert not says.forbidden
            assert says.types is None or is_valid({"type": sorted(says.types)}, value)
            assert says.values is None or value in says.values
            assert says.pattern is None or is_valid({"pattern": says.pattern}, value)
