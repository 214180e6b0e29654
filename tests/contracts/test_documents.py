"""Schemas where teams have them: in files of YAML, and inside AsyncAPI and OpenAPI documents."""

from pathlib import Path

import pytest

from edatool.contracts.contract import Contract
from edatool.contracts.load import load
from edatool.findings import Finding

ASYNCAPI = """\
asyncapi: 3.0.0
id: urn:example:lights
components:
  schemas:
    light:
      type: object
      required: [lumens]
      properties:
        lumens: {type: integer, minimum: 0}
        sent: {$ref: '#/components/schemas/time'}
      examples: [{lumens: 3}]
    time: {type: string, format: date-time}
    broken: {type: strng}
  messages:
    measured: {payload: {$ref: '#/components/schemas/light'}}
"""
OPENAPI_3_0 = """\
openapi: 3.0.3
components:
  schemas:
    order:
      type: object
      properties:
        note: {type: string, nullable: true}
        total: {type: number, minimum: 0, exclusiveMinimum: true}
        lines: {$ref: "#/components/schemas/lines", maxItems: 0}
    lines: {type: array}
"""


def loaded(folder: Path, files: dict[str, str], *names: str) -> tuple[dict[str, Contract], list[Finding]]:
    for name, text in files.items():
        (folder / name).write_text(text)
    return load(folder, names)


def one(folder: Path, files: dict[str, str], name: str) -> Contract:
    contracts, findings = loaded(folder, files, name)
    assert findings == []
    return contracts[name]


@pytest.mark.parametrize("pointer", ["#/components/schemas/light", "#/components/messages/measured/payload"])
def test_a_json_pointer_leads_into_an_asyncapi_document(tmp_path: Path, pointer: str) -> None:
    contract = one(tmp_path, {"api.yaml": ASYNCAPI}, f"api.yaml{pointer}")
    assert contract.is_valid({"lumens": 1, "sent": "2026-01-01T00:00:00Z"})
    assert [str(each) for each in contract.violations({"lumens": -1, "sent": "today"})] == [
        "/lumens: the value is less than the minimum of 0: found -1",
        '/sent: the value is not a "date-time": found "today"',
    ]


def test_examples_are_those_of_the_schema_that_is_meant(tmp_path: Path) -> None:
    assert one(tmp_path, {"api.yaml": ASYNCAPI}, "api.yaml#/components/schemas/light").examples == ({"lumens": 3},)


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("api.yaml#/components/schemas/broken", "api.yaml:13:20: E303 not a valid schema"),
        ("api.yaml#/components/schemas/gone", "api.yaml#/components/schemas/gone:1:1: E305 "),
        ("api.yaml", "api.yaml:1:1: E305 "),
        ("tabs.yaml", "tabs.yaml:2:1: E302 "),
        ("two.yaml", "two.yaml:2:1: E302 "),
        ("list.yaml", "list.yaml:1:1: E303 not a valid schema"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(tmp_path: Path, name: str, finding: str) -> None:
    files = {"api.yaml": ASYNCAPI, "tabs.yaml": "a:\n\tb: 1\n", "two.yaml": "{}\n---\n{}\n", "list.yaml": "- a\n"}
    contracts, findings = loaded(tmp_path, files, name)
    assert contracts == {}
    assert str(findings[0]).removeprefix(f"{tmp_path}/").startswith(finding)
    assert len(findings) == 1


def test_openapi_3_0_says_null_and_bounds_in_words_of_its_own(tmp_path: Path) -> None:
    contract = one(tmp_path, {"api.yaml": OPENAPI_3_0}, "api.yaml#/components/schemas/order")
    assert contract.is_valid({"note": None, "total": 0.5, "lines": [1]})
    assert not contract.is_valid({"note": 1})
    assert not contract.is_valid({"total": 0})


def test_openapi_3_1_is_of_2020_12(tmp_path: Path) -> None:
    text = "openapi: 3.1.0\ncomponents: {schemas: {pair: {prefixItems: [{type: string}], items: false}}}\n"
    contract = one(tmp_path, {"api.yaml": text}, "api.yaml#/components/schemas/pair")
    assert [contract.is_valid(value) for value in (["a"], ["a", 1], [1])] == [True, False, False]


def test_a_schema_of_yaml_is_a_schema_and_dollars_are_no_variables(tmp_path: Path) -> None:
    contract = one(tmp_path, {"a.yml": "type: string\nconst: ${NAME}\n"}, "a.yml")
    assert [contract.is_valid(value) for value in ("${NAME}", "NAME")] == [True, False]


def test_a_schema_refers_to_one_inside_a_document_of_another_format(tmp_path: Path) -> None:
    files = {"api.yaml": ASYNCAPI, "a.json": '{"properties": {"l": {"$ref": "api.yaml#/components/schemas/light"}}}'}
    contract = one(tmp_path, files, "a.json")
    assert [contract.is_valid({"l": {"lumens": value}}) for value in (1, -1)] == [True, False]


@pytest.mark.parametrize(
    ("pointer", "said"),
    [
        ("measured", "is no schema, but holds one: write /payload behind it"),
        ("packed", "is no schema, but holds one: write /payload behind it"),
        ("packed/payload", "is of the format application/vnd.apache.avro;version=1.9.0: a contract is JSON Schema"),
        ("many/payload", "is no schema, but holds one: write /schema behind it"),
    ],
)
def test_what_is_no_json_schema_is_no_contract(tmp_path: Path, pointer: str, said: str) -> None:
    packed = "    packed: {schemaFormat: application/vnd.apache.avro;version=1.9.0, payload: {type: record}}\n"
    many = "    many: {payload: {schemaFormat: application/schema+json, schema: {type: object}}}\n"
    name = f"api.yaml#/components/messages/{pointer}"
    contracts, findings = loaded(tmp_path, {"api.yaml": ASYNCAPI + packed + many}, name)
    assert contracts == {}
    assert [each.message for each in findings] == [f"{tmp_path}/{name} {said}"]
    assert one(tmp_path, {}, "api.yaml#/components/messages/many/payload/schema").is_valid({})
