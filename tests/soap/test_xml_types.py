"""The rules by which a JSON Schema becomes XSD, each by what a message of it becomes."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

import edatool
from edatool.soap.envelopes import envelope
from edatool.soap.payloads import Operations
from edatool.soap.versions import SOAP_11, SoapFault
from edatool.soap.xml_types import NotInXsd, xml_type

SPEC = """\
edatool: 1
name: shop
events: {noted: {exchange: amq.topic, schema: noted.json}}
"""


NUMBERED = {"type": "object", "properties": {"a": {"type": "integer"}}}


def operations(folder: Path, schema: dict[str, Any]) -> Operations:
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "noted.json").write_text(json.dumps(schema))
    return Operations("urn:a", {"noted": xml_type(edatool.load(str(folder / "routes.yaml")).contracts["noted.json"])})


def payload(one: Operations, inside: str) -> Any:
    """Return the payload of an element, or how many violations it has."""
    noted = f'<noted xmlns="urn:a" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">{inside}</noted>'
    text = f'<s:Envelope xmlns:s="{SOAP_11.namespace}"><s:Body>{noted}</s:Body></s:Envelope>'
    read = envelope(text.encode(), SOAP_11)
    assert not isinstance(read, SoapFault)
    found = one.payload(read.body)
    return len(found) if isinstance(found, tuple) else found


@pytest.mark.parametrize(
    ("field", "inside", "expected"),
    [
        ({"type": "string"}, "<a>007</a>", {"a": "007"}),
        ({"type": "string"}, "<a>true</a>", {"a": "true"}),
        ({"type": "string"}, "<a> x\n</a>", {"a": " x\n"}),
        ({"type": "string"}, "<a/>", {"a": ""}),
        ({"type": "string"}, "<a>1<!-- no -->2</a>", {"a": "12"}),
        ({"type": "string"}, "<a>1<b>2</b></a>", 1),
        ({"type": "string"}, "", {}),
        ({"type": "string", "minLength": 2, "maxLength": 3}, "<a>1</a>", 1),
        ({"type": "string", "minLength": 2, "maxLength": 3}, "<a>1234</a>", 1),
        ({"type": "string", "maxLength": 10**30}, "<a>1</a>", {"a": "1"}),
        ({"enum": ["x", "y"]}, "<a>x</a>", {"a": "x"}),
        ({"enum": ["x", "y"]}, "<a>z</a>", 1),
        ({"const": "x"}, "<a>y</a>", 1),
        ({"enum": ["x", None]}, "<a i:nil='true'/>", {"a": None}),
        ({"type": "integer"}, "<a> 7 </a>", {"a": 7}),
        ({"type": "integer"}, "<a>12345678901234567890123</a>", {"a": 12345678901234567890123}),
        ({"type": "integer"}, "<a>7.5</a>", 1),
        ({"type": "string"}, "<a i:nil='true'/>", 1),
        ({"type": "integer", "exclusiveMinimum": 0, "maximum": 9}, "<a>0</a>", 1),
        ({"type": "integer", "exclusiveMinimum": 0, "maximum": 9}, "<a>10</a>", 1),
        ({"type": "integer", "minimum": 0.5}, "<a>1</a>", {"a": 1}),
        ({"type": ["integer", "null"]}, "<a i:nil='1'/>", {"a": None}),
        ({"type": "number"}, "<a>+1.50</a>", {"a": 1.5}),
        ({"type": "number"}, "<a>.1</a>", {"a": 0.1}),
        ({"type": "number"}, "<a>0.12345678901234567890</a>", 1),
        ({"type": "number"}, "<a>1e3</a>", 1),
        ({"type": "number"}, "<a>NaN</a>", 1),
        ({"type": "boolean"}, "<a>1</a>", {"a": True}),
        ({"type": "boolean"}, "<a>false</a>", {"a": False}),
        ({"type": "boolean"}, "<a>yes</a>", 1),
        ({"type": "array", "items": {"type": "integer"}}, "<a>1</a>", {"a": [1]}),
        ({"type": "array", "items": {"type": "integer"}}, "", {}),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 1}, "<a>1</a><a>2</a>", 1),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 10**30}, "<a>1</a>", {"a": [1]}),
        ({"type": "object", "properties": {"b": {"type": "string"}}}, "<a/>", {"a": {}}),
        ({"$ref": "#/$defs/code"}, "<a>12</a>", {"a": "12"}),
        ({"allOf": [{"$ref": "#/$defs/code"}], "minLength": 3}, "<a>12</a>", 1),
    ],
)
def test_a_field_has_the_type_of_its_schema(tmp_path: Path, field: Any, inside: str, expected: Any) -> None:
    schema = {"type": "object", "properties": {"a": field}, "$defs": {"code": {"type": "string"}}}
    found = payload(operations(tmp_path, schema), inside)
    assert (found, repr(found)) == (expected, repr(expected))


def test_prefixes_that_are_declared_do_not_multiply_with_the_elements_that_are_wrong(tmp_path: Path) -> None:
    declared = " ".join(f"xmlns:p{number}='urn:a'" for number in range(10_000))
    one, began = operations(tmp_path, NUMBERED), time.process_time()
    assert payload(one, f"<wrong {declared}>{'<b/>' * 10_000}</wrong>") == 1
    assert time.process_time() - began < 5


def test_required_fields_are_there_in_the_order_of_the_schema(tmp_path: Path) -> None:
    properties = {
        "b": {"type": "string"},
        "a": {"type": "string"},
        "c": {"type": "array", "items": {"type": "string"}},
        "d": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    }
    one = operations(tmp_path, {"type": "object", "required": ["b", "c", "d"], "properties": properties})
    assert payload(one, "<b>1</b><a>2</a><d>3</d>") == {"b": "1", "a": "2", "c": [], "d": ["3"]}
    for wrong in ("<a>2</a><b>1</b><d>3</d>", "<a>2</a><d>3</d>", "<b>1</b>"):
        assert payload(one, wrong) == 1


@pytest.mark.parametrize(
    "field",
    [
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 2},
    ],
)
def test_bounds_that_nothing_is_within_have_no_xsd(tmp_path: Path, field: Any) -> None:
    with pytest.raises(NotInXsd, match="lower bound above"):
        operations(tmp_path, {"type": "object", "properties": {"a": field}})


def test_references_that_double_at_each_level_have_no_xsd(tmp_path: Path) -> None:
    levels = {
        f"level-{number}": {
            "type": "object",
            "properties": {key: {"$ref": f"#/$defs/level-{number + 1}"} for key in "ab"},
        }
        for number in range(25)
    }
    levels["level-25"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    with pytest.raises(NotInXsd, match="more than 10000 schemas"):
        operations(tmp_path, {"$ref": "#/$defs/level-0", "$defs": levels})
