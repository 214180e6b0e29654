"""Draft-04 and draft-06, by what their specifications say differently from draft-07."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.contracts.load import load

DRAFT_4 = {"$schema": "http://json-schema.org/draft-04/schema#"}
DRAFT_6 = {"$schema": "http://json-schema.org/draft-06/schema#"}


def loaded(folder: Path, schema: Mapping[str, object]) -> Contract:
    (folder / "a.json").write_text(json.dumps(schema))
    contracts, findings = load(folder, ["a.json"])
    assert findings == []
    return contracts["a.json"]


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({**DRAFT_4, "properties": {"n": {"minimum": 0, "exclusiveMinimum": True}}}, {"n": 1}, {"n": 0}),
        ({**DRAFT_4, "properties": {"n": {"minimum": 0, "exclusiveMinimum": False}}}, {"n": 0}, {"n": -1}),
        ({**DRAFT_4, "properties": {"a": {"$ref": "#/definitions/t", "maxLength": 1}},
          "definitions": {"t": {"type": "string"}}}, {"a": "long"}, {"a": 1}),
        ({**DRAFT_4, "id": "https://e.com/a.json", "properties": {"a": {"$ref": "#named"}},
          "definitions": {"t": {"id": "#named", "type": "string"}}}, {"a": ""}, {"a": 1}),
        ({**DRAFT_6, "properties": {"a": {"const": 1}}}, {"a": 1}, {"a": 2}),
        ({**DRAFT_6, "properties": {"n": {"exclusiveMinimum": 0}}}, {"n": 1}, {"n": 0}),
        ({**DRAFT_6, "$id": "https://e.com/a.json", "properties": {"a": {"$ref": "a.json#/definitions/t"}},
          "definitions": {"t": {"type": "string"}}}, {"a": ""}, {"a": 1}),
    ],
)  # fmt: skip
def test_a_schema_of_an_older_draft_means_what_it_says(
    tmp_path: Path, schema: dict[str, object], valid: object, invalid: object
) -> None:
    contract = loaded(tmp_path, schema)
    assert contract.is_valid(valid)
    assert not contract.is_valid(invalid)
    assert contract.violations(invalid)


def test_keywords_that_a_draft_does_not_know_claim_nothing(tmp_path: Path) -> None:
    four = loaded(tmp_path, {**DRAFT_4, "properties": {"a": {"const": 1}}})
    assert four.is_valid({"a": 2})
    assert field_of(four, ("a",)).values is None
    six = loaded(tmp_path, {**DRAFT_6, "if": {}, "then": {"properties": {"a": {"const": 1}}}})
    assert six.is_valid({"a": 2})
    assert field_of(six, ("a",)).values is None


def test_a_bound_of_draft_04_is_excluded_by_a_keyword_beside_it(tmp_path: Path) -> None:
    schema = {**DRAFT_4, "properties": {"n": {"minimum": 0, "exclusiveMinimum": True, "maximum": 9}}}
    found = field_of(loaded(tmp_path, schema), ("n",))
    assert (found.low, found.high) == ((0, True), (9, False))


def test_a_reference_from_one_draft_leads_to_another(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps({**DRAFT_4, "minimum": 0, "exclusiveMinimum": True}))
    contract = loaded(tmp_path, {"properties": {"n": {"$ref": "b.json"}}})
    assert [contract.is_valid({"n": n}) for n in (1, 0)] == [True, False]


@pytest.mark.parametrize("draft", [DRAFT_4, DRAFT_6])
@pytest.mark.parametrize("kind", ["oneOf", "anyOf"])
def test_alternatives_are_explained_where_a_draft_has_no_if(
    tmp_path: Path, draft: Mapping[str, object], kind: str
) -> None:
    cat = {"required": ["lives"], "properties": {"kind": {"enum": ["cat"]}, "lives": {"type": "integer"}}}
    dog = {"required": ["bark"], "properties": {"kind": {"enum": ["dog"]}, "toy": {kind: [{"type": "string"}]}}}
    inner = {"properties": {"pet": {kind: [{"$ref": "#/definitions/cat"}, {"$ref": "#/definitions/dog"}]}}}
    contract = loaded(tmp_path, {**draft, kind: [inner], "definitions": {"cat": cat, "dog": dog}})
    assert contract.is_valid({"pet": {"kind": "dog", "bark": True}})
    wrong = [(one.pointer, one.message) for one in contract.violations({"pet": {"kind": "dog"}})]
    assert wrong == [("/pet", '"bark" is a required property')]
    toy = contract.violations({"pet": {"kind": "dog", "bark": True, "toy": 1}})
    assert [one.pointer for one in toy] == ["/pet/toy"]
