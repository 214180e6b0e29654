import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.contracts.contract import Contract
from edatool.contracts.load import load
from edatool.findings import Finding
from tests.examples import examples


def write(folder: Path, files: dict[str, Any]) -> None:
    for name, schema in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(schema if isinstance(schema, str) else json.dumps(schema, indent=1))


def loaded(folder: Path, files: dict[str, Any], *names: str) -> tuple[dict[str, Contract], list[Finding]]:
    write(folder, files)
    return load(folder, names or ["a.json"])


def said(findings: list[Finding]) -> list[str]:
    return [f"{each.at.line}:{each.at.column} {each.code} {each.message}" for each in findings if each.at]


def test_a_contract_has_its_name_its_file_its_schema_and_its_examples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"schemas/a b.json": {"type": "object", "examples": [{}, {"a": 1}]}})
    contracts, findings = load(Path(), ["schemas/a b.json", "schemas/a b.json"])
    contract = contracts["schemas/a b.json"]
    assert findings == []
    assert (contract.name, contract.file) == ("schemas/a b.json", str(Path("schemas/a b.json")))
    assert contract.examples == ({}, {"a": 1})
    assert contract.schema["type"] == "object"
    assert contract.is_valid({})
    assert not contract.is_valid([])


def test_all_findings_come_at_once_each_with_its_place(tmp_path: Path) -> None:
    text = """{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "strin",
  "properties": {
    "a": {"pattern": "("},
    "b": {"minLength": -1},
    "c": {"$ref": "gone.json"},
    "d": {"$ref": "#/definitions/gone"},
    "e": {"$ref": "https://example.com/x.json"},
    "f": {"$ref": "b.json#/gone"},
    "g": {"$ref": "broken.json"}
  },
  "patternProperties": {")": true}
}"""
    contracts, findings = loaded(tmp_path, {"a.json": text, "b.json": {}, "broken.json": '{"a": 1,\n "a": 2}'})
    assert contracts == {}
    assert [line.split(":", 2)[:2] for line in said(findings)] == [
        [place, rest]
        for place, rest in (
            ("3", "11 E303 not a valid schema"),
            ("5", "22 E303 not a valid schema"),
            ("6", "24 E303 not a valid schema"),
            ("7", "19 E305 'gone.json' leads nowhere"),
            ("8", "19 E305 '#/definitions/gone' leads nowhere"),
            ("9", "19 E304 'https"),
            ("10", "19 E305 'b.json#/gone' leads nowhere"),
            ("13", "24 E303 not a valid schema"),
            ("2", '2 E302 the key "a" stands here again'),
        )
    ]
    assert [Path(each.at.file).name for each in findings if each.at] == [*["a.json"] * 8, "broken.json"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "1:1 E302 not JSON: it is empty"),
        ('{\n "a": NaN}', "2:7 E302 JSON has no NaN"),
        ("\ufeff{}", "1:1 E302 it begins with a byte order mark"),
        ('{"not":' * 5000 + "{}" + "}" * 5000, "1:1401 E302 nested deeper than 200 levels"),
        ("[" * 100_000, "1:201 E302 nested deeper than 200 levels"),
        (" " * 4_194_305, "1:1 E302 the file is over 4194304 bytes"),
        ("[]", "1:1 E303 not a valid schema"),
        ("true", "1:1 E303 not a valid schema: a contract is a JSON object"),
        ('{"$schema": 5}', "1:13 E306 $schema 5 is unknown: did you mean"),
        (
            '{"$schema": "http://json-schema.org/draft-03/schema#"}',
            "1:13 E306 $schema names draft-03, which is not supported: write the schema for 'https://json-schema.org/"
            "draft/2020-12/schema'",
        ),
        ('{"pattern": "(?<=a+)b"}', "1:13 E303 the pattern has (?<=...) with * or +, which may take long"),
        ('{"patternProperties": {"(a)\\\\1": true}}', "1:34 E303 the pattern has a back reference"),
        (
            '{"$schema": "https://json-schema.org/draft/2020-21/schema"}',
            "1:13 E306 $schema 'https://json-schema.org/draft/2020-21/schema' is unknown: did you mean "
            "'https://json-schema.org/draft/2020-12/schema'?",
        ),
        (
            '{"$schema": "https://json-schema.org/draft-07/schema#"}',
            "1:13 E306 $schema 'https://json-schema.org/draft-07/schema#' is unknown: did you mean "
            "'http://json-schema.org/draft-07/schema'?",
        ),
        ('{"$ref": "file:///etc/passwd"}', "1:10 E304 'file:///etc/passwd' names a computer"),
        ('{"$ref": "/etc/passwd"}', "1:10 E304 '/etc/passwd' is refused"),
        ('{"$ref": "//host/x.json"}', "1:10 E304 '//host/x.json' names a computer"),
        ('{"$ref": "../x.json"}', "1:10 E304 '../x.json' is refused"),
        ('{"$ref": "%2e%2e/x.json"}', "1:10 E304 '%2e%2e/x.json' is refused"),
        ('{"$ref": "x%00.json"}', "1:10 E305 'x%00.json' leads nowhere"),
        ('{"$ref": "http://["}', "1:10 E30"),
        ('{"$ref": "urn:x:y"}', "1:10 E305 'urn:x:y' leads nowhere: no file declares it as its $id"),
        ('{"$ref": "#gone"}', "1:10 E305 '#gone' leads nowhere"),
        ('{"$dynamicRef": "#gone"}', "1:17 E305 '#gone' leads nowhere"),
        ('{"$ref": "#/required", "required": []}', "1:10 E305 '#/required' leads to something that is no schema"),
        ('{"$id": "https://e.com/a.json", "$ref": "b.json"}', "1:41 E304 'b.json' means 'https://e.com/b.json'"),
        ('{"type": "string", "examples": ["a",\n 5]}', "2:2 E307 the example does not keep the contract"),
    ],
)
def test_a_wrong_file_is_a_finding(tmp_path: Path, text: str, finding: str) -> None:
    contracts, findings = loaded(tmp_path, {"a.json": text})
    assert said(findings)[0].startswith(finding)
    assert len(findings) in (1, 2)
    assert all(each.code == "E307" for each in findings) == ("a.json" in contracts)


def test_files_that_cannot_be_read_are_findings(tmp_path: Path) -> None:
    write(tmp_path, {"spec/folder/x.json": {}, "outside.json": {}})
    root = tmp_path / "spec"
    (root / "link.json").symlink_to(tmp_path / "outside.json")
    (root / "loop.json").symlink_to(root / "loop.json")
    os.mkfifo(root / "pipe.json")
    files = ["gone.json", "folder", "../outside.json", "link.json", "loop.json", "pipe.json", "x\0.json"]
    contracts, findings = load(root, files)
    assert contracts == {}
    codes = {Path(each.at.file).name: each.code for each in findings if each.at}
    assert codes == {
        "gone.json": "E301",
        "folder": "E301",
        "outside.json": "E304",
        "link.json": "E304",
        "loop.json": "E301",
        "pipe.json": "E301",
        "x\0.json": "E301",
    }


def test_references_lead_from_file_to_file_by_path_by_id_and_by_anchor(tmp_path: Path) -> None:
    files = {
        "events/order.json": {
            "$id": "https://example.com/events/order",
            "properties": {
                "money": {"$ref": "../common/money"},
                "tag": {"$ref": "https://example.com/tag#short"},
                "note": {"$ref": "urn:example:note"},
                "self": {"$ref": "#/$defs/self"},
            },
            "$defs": {"self": {"type": "null"}},
        },
        "events/path.json": {
            "properties": {
                "money": {"$ref": "../common/money.json"},
                "named": {"$ref": "../common/tag.json#short"},
                "deep": {"$ref": "../api.json#/components/schemas/a~1b%25"},
            }
        },
        "events/sub/money.json": {"$id": "https://example.com/common/money", "type": "integer"},
        "events/sub/note.json": {"$id": "urn:example:note", "maxLength": 1, "items": {"$ref": "#"}},
        "common/money.json": {"type": "number"},
        "common/tag.json": {"$defs": {"s": {"$anchor": "short", "maxLength": 2}}},
        "events/tag.json": {"$id": "https://example.com/tag", "$defs": {"s": {"$anchor": "short", "maxLength": 3}}},
        "api.json": {"components": {"schemas": {"a/b%": {"$ref": "#/components/schemas/c"}, "c": {"const": 1}}}},
    }
    contracts, findings = loaded(tmp_path, files, "events/order.json", "events/path.json")
    assert findings == []
    order, path = contracts["events/order.json"], contracts["events/path.json"]
    wrong = {"money": 1.5, "tag": "long", "note": ["long"], "self": 1}
    assert [each.pointer for each in order.violations(wrong)] == ["/money", "/tag", "/note/0", "/self"]
    assert order.is_valid({"money": 1, "tag": "abc", "note": "n", "self": None})
    wrong = {"money": "x", "named": "abc", "deep": 2}
    assert [each.pointer for each in path.violations(wrong)] == ["/money", "/named", "/deep"]


def test_a_file_reached_by_path_keeps_the_base_that_its_id_gives(tmp_path: Path) -> None:
    files = {
        "a.json": {"properties": {"order": {"$ref": "events/order.json"}}},
        "events/order.json": {
            "$id": "https://example.com/order",
            "properties": {"money": {"$ref": "money"}, "self": {"$ref": "#/$defs/self"}},
            "$defs": {"self": {"type": "null"}},
        },
        "events/money.json": {"$id": "https://example.com/money", "type": "integer"},
    }
    contracts, findings = loaded(tmp_path, files)
    assert findings == []
    violations = contracts["a.json"].violations({"order": {"money": "x", "self": 1}})
    assert [each.pointer for each in violations] == ["/order/money", "/order/self"]


def test_an_id_may_be_declared_in_any_file_that_another_reference_reaches(tmp_path: Path) -> None:
    files = {
        "events/a.json": {"properties": {"n": {"$ref": "urn:n"}, "m": {"$ref": "../common/n.json"}}},
        "common/n.json": {"$id": "urn:n", "type": "null"},
    }
    contracts, findings = loaded(tmp_path, files, "events/a.json")
    assert findings == []
    assert [each.pointer for each in contracts["events/a.json"].violations({"n": 1})] == ["/n"]


def test_two_files_of_one_contract_cannot_have_the_same_id(tmp_path: Path) -> None:
    files = {
        "a.json": {"properties": {"b": {"$ref": "b.json"}, "c": {"$ref": "c.json"}}},
        "b.json": {"$id": "urn:x"},
        "c.json": {"$id": "urn:x"},
    }
    contracts, findings = loaded(tmp_path, files, "a.json", "b.json", "c.json")
    assert [line.split(":", 2)[:2] for line in said(findings)] == [["2", "9 E303 $id 'urn"]]
    assert list(contracts) == ["b.json", "c.json"]


def test_a_file_is_read_in_the_draft_that_it_names(tmp_path: Path) -> None:
    files = {
        "a.json": {"properties": {"old": {"$ref": "old.json"}, "new": {"$ref": "new.json"}}},
        "b.json": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "properties": {"old": {"$ref": "old.json"}, "new": {"$ref": "new.json"}},
        },
        # Keywords beside $ref do not count in draft-07.
        "old.json": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": "#/definitions/x",
            "maxLength": 1,
            "definitions": {"x": {"type": "string"}},
        },
        "new.json": {"$ref": "#/$defs/x", "maxLength": 1, "$defs": {"x": {"type": "string"}}},
    }
    contracts, findings = loaded(tmp_path, files, "a.json", "b.json")
    assert findings == []
    for contract in contracts.values():
        assert contract.is_valid({"old": "long"})
        assert not contract.is_valid({"new": "long"})


@pytest.mark.parametrize(
    "draft",
    [
        "http://json-schema.org/draft-07/schema#",
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema#",
        None,
    ],
)
def test_formats_are_asserted_in_every_draft(tmp_path: Path, draft: str | None) -> None:
    schema = {"format": "date-time"} if draft is None else {"$schema": draft, "format": "date-time"}
    contracts, _ = loaded(tmp_path, {"a.json": schema})
    assert contracts["a.json"].is_valid("2026-01-31T12:00:00Z")
    assert not contracts["a.json"].is_valid("2026-02-31T12:00:00Z")


DEAD = {"$ref": "#/gone"}


@pytest.mark.parametrize(
    "schema",
    [
        *({keyword: DEAD} for keyword in ("additionalProperties", "contains", "contentSchema", "items", "not")),
        *({keyword: DEAD} for keyword in ("propertyNames", "unevaluatedItems", "unevaluatedProperties")),
        *({"if": True, keyword: DEAD} for keyword in ("if", "then", "else")),
        *({keyword: [{}, DEAD]} for keyword in ("allOf", "anyOf", "oneOf", "prefixItems")),
        *({keyword: {"x": DEAD}} for keyword in ("$defs", "dependentSchemas", "patternProperties", "properties")),
        {"$schema": "http://json-schema.org/draft-07/schema#", "additionalItems": DEAD},
        {"$schema": "http://json-schema.org/draft-07/schema#", "items": [DEAD]},
        {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"x": DEAD}},
        {"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"x": DEAD, "y": ["z"]}},
    ],
    ids=json.dumps,
)
def test_a_dead_reference_is_found_under_every_keyword(tmp_path: Path, schema: dict[str, Any]) -> None:
    _, findings = loaded(tmp_path, {"a.json": json.dumps(schema)})
    column = json.dumps(schema).index('"#/gone"') + 1
    assert said(findings) == [
        f"1:{column} E305 '#/gone' leads nowhere: {tmp_path / 'a.json'} has no '/gone', correct the part after #"
    ]


def test_what_looks_like_a_reference_in_values_is_none(tmp_path: Path) -> None:
    reference = {"$ref": "gone.json"}
    schema = {"const": reference, "enum": [reference], "default": reference, "examples": [reference]}
    contracts, findings = loaded(tmp_path, {"a.json": {**schema, "properties": {"$ref": {"type": "string"}}}})
    assert findings == []
    assert contracts["a.json"].is_valid(reference)


def test_a_meta_schema_may_be_referred_to(tmp_path: Path) -> None:
    schema = {"properties": {"schema": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}}
    contracts, findings = loaded(tmp_path, {"a.json": schema})
    assert findings == []
    assert not contracts["a.json"].is_valid({"schema": {"type": "strin"}})


def test_files_that_refer_to_each_other_are_loaded(tmp_path: Path) -> None:
    files = {
        "a.json": {"type": "object", "properties": {"b": {"$ref": "b.json"}}},
        "b.json": {"type": "object", "properties": {"a": {"$ref": "a.json"}}},
    }
    contracts, findings = loaded(tmp_path, files)
    assert findings == []
    assert contracts["a.json"].violations({"b": {"a": {"b": 1}}})[0].pointer == "/b/a/b"


def test_a_wrong_example_is_found_at_its_place_and_keeps_nothing_from_being_loaded(tmp_path: Path) -> None:
    text = '{"properties": {"n": {"type": "integer"}},\n "examples": [{"n": 1},\n  {"n":\n   "x"}]}'
    contracts, findings = loaded(tmp_path, {"a.json": text})
    assert said(findings) == [
        '4:4 E307 the example does not keep the contract: /n: the value is not of type "integer": found "x"'
    ]
    assert contracts["a.json"].examples == ({"n": 1}, {"n": "x"})


def test_a_long_chain_of_references_and_a_wide_folder_are_no_trouble(tmp_path: Path) -> None:
    chain = {str(number): {"$ref": f"#/$defs/{number + 1}"} for number in range(5000)}
    files: dict[str, Any] = {"a.json": {"$ref": "#/$defs/0", "$defs": {**chain, "5000": {"type": "null"}}}}
    files |= {f"many/{number}.json": {"$id": f"urn:n:{number}"} for number in range(300)}
    files["b.json"] = {"allOf": [{"$ref": f"urn:n:{number}"} for number in range(300)]}
    started = time.process_time()
    contracts, findings = loaded(tmp_path, files, "a.json", "b.json")
    assert findings == []
    assert not contracts["a.json"].is_valid(1)
    assert time.process_time() - started < 20


WORDS = ["$ref", "$id", "$anchor", "$schema", "$defs", "allOf", "items", "properties", "examples", "type", "pattern"]
TEXTS = ["#", "#/$defs/a", "b.json", "../x", "http://h/x", "http://[", "urn:a", "(", "string", "%", "#%", "\0", ""]
ODD = st.recursive(
    st.sampled_from(TEXTS) | st.booleans() | st.none() | st.integers(),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from([*WORDS, "a"]), x, max_size=4),
)


@settings(deadline=None, max_examples=examples(150))
@given(ODD, ODD)
def test_loading_never_raises_and_gives_a_contract_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, one: object, other: object
) -> None:
    folder = tmp_path_factory.getbasetemp() / "odd"
    write(folder, {"a.json": json.dumps(one), "b.json": json.dumps(other)})
    contracts, findings = load(folder, ["a.json", "b.json"])
    assert set(contracts) == {"a.json", "b.json"} or findings
    for contract in contracts.values():
        assert bool(contract.violations(one)) != contract.is_valid(one)
