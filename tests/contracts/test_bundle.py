import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from edatool.contracts.contract import Contract
from edatool.contracts.documents.bundle import bundle
from edatool.contracts.load import load

WORD = {"type": "string", "pattern": "^[a-z]+$"}
FILES: dict[str, Any] = {
    "by-path.json": {"$ref": "parts/word.json#/$defs/word", "minLength": 3},
    "by-id.json": {"properties": {"a": {"$ref": "urn:word"}}, "allOf": [{"type": "object"}], "$ref": "#/$defs/b",
                   "$defs": {"b": {"required": ["a"]}}},
    "by-anchor.json": {"$id": "https://example.com/x", "items": {"$ref": "#word"},
                       "$defs": {"w": {"$anchor": "word", **WORD}}},
    "recursive.json": {"type": "object", "properties": {"next": {"$ref": "#"}, "$id": WORD},
                       "additionalProperties": False},
    "old.json": {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/w", "minLength": 9,
                 "definitions": {"w": WORD}},
    "parts/word.json": {"$defs": {"word": WORD}},
    "parts/named.json": {"$id": "urn:word", **WORD},
    "parts/old.json": {"$ref": "../old.json"},
    "by-way-of-odd-places.json": {"$ref": "parts/odd.json#/x/first"},
    "parts/odd.json": {"x": {"first": {"$ref": "#/x/second"}, "second": WORD}},
}  # fmt: skip
PAYLOADS: tuple[object, ...] = (
    *(1, "a", "abc", "abcdefghij", "A", ["a"], ["A"]),
    *({}, {"a": "x"}, {"a": "X"}, {"next": {"next": {}}}, {"next": {"n": 1}}, {"$id": "a"}, {"$id": "A"}),
)


@pytest.fixture
def contracts(tmp_path: Path) -> dict[str, Contract]:
    for name, schema in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(schema))
    loaded, findings = load(tmp_path, FILES)
    assert findings == []
    return loaded


def test_a_bundled_schema_allows_what_its_contract_allows(contracts: dict[str, Contract]) -> None:
    bundled, names = bundle(contracts.values(), lambda name: f"#/x/{name}/schema")
    held = {"x": {name: {"schema": one.schema} for name, one in bundled.items()}}
    for name, contract in contracts.items():
        whole = {**held, "$ref": f"#/x/{names[name]}/schema"}
        of_the_draft = jsonschema.Draft7Validator if name == "old.json" else jsonschema.Draft202012Validator
        for payload in PAYLOADS:
            assert of_the_draft(whole).is_valid(payload) == contract.is_valid(payload), (name, payload)


def test_files_of_one_name_get_different_names(contracts: dict[str, Contract]) -> None:
    bundled, names = bundle(contracts.values(), lambda name: f"#/x/{name}/schema")
    assert len(bundled) == len(FILES)
    assert {names["old.json"], names["parts/old.json"]} == {"old", "old-2"}


def test_keywords_that_draft_07_does_not_know_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"properties": {"a": {"prefixItems": [true]}, "unevaluatedItems": {}}}')
    loaded, _ = load(tmp_path, ["a.json"])
    bundled, _ = bundle(loaded.values(), str)
    assert bundled["a"].later == ("prefixItems",)
