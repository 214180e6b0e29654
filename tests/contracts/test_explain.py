import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.contracts.compiled import Compiled
from edatool.contracts.contract import Contract
from edatool.contracts.documents.document import SchemaPlace
from edatool.contracts.load import load
from edatool.contracts.pointer import to_path
from tests.examples import examples

CARD = {
    "type": "object",
    "required": ["kind", "number"],
    "properties": {"kind": {"const": "card"}, "number": {"type": "string"}},
}
BANK = {
    "type": "object",
    "required": ["kind", "iban"],
    "properties": {"kind": {"enum": ["bank"]}, "iban": {"type": "object", "required": ["country"]}},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


def contract(folder: Path, schema: dict[str, Any]) -> Contract:
    (folder / "x.json").write_text(json.dumps(schema))
    contracts, findings = load(folder, ["x.json"])
    assert findings == []
    return contracts["x.json"]


@pytest.mark.parametrize(
    ("schema", "payload", "said"),
    [
        ({"type": "integer"}, "s", [': the value is not of type "integer": found "s"']),
        ({"minimum": 5}, 3, [": the value is less than the minimum of 5: found 3"]),
        ({"enum": ["a", "b"]}, "c", [': the value is not one of "a" or "b": found "c"']),
        ({"const": {"a": 1}}, [], [': {"a":1} was expected: found an array of 0']),
        ({"required": ["a", "b"]}, {}, [': "a" is a required property', ': "b" is a required property']),
        ({"format": "date"}, "no", [': the value is not a "date": found "no"']),
        ({"properties": {"a/b": {"items": {"type": "null"}}}}, {"a/b": [None, 1]}, ["/a~1b/1: the value is"]),
        ({"additionalProperties": False}, {"x": 1}, [": no properties are allowed here"]),
        (
            {"properties": {"a": False}, "additionalProperties": False},
            {"a": 1, "x": 1},
            ["/a: nothing is allowed here", ": Additional properties are not allowed ('x' was unexpected)"],
        ),
        (
            {"maxLength": 1},
            "x" * 1000,
            [f': the value is longer than 1 character: found "{"x" * 44}... (1002 c'],
        ),
        ({"multipleOf": 0.01}, 19.99, []),
        ({"pattern": "a$"}, "a\n", [': the value does not match "a$": found "a\\n"']),
        ({"pattern": "^\\p{L}+$"}, "é", []),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            5,
            [": the value fits none of 2 alternatives: found 5"],
        ),
        ({"anyOf": [{"type": "null"}, {"required": ["a"]}]}, {}, [': "a" is a required property']),
        (
            {"oneOf": [CARD, BANK]},
            {"kind": "card", "number": 1},
            ['/number: the value is not of type "string"'],
        ),
        ({"oneOf": [CARD, BANK]}, {"kind": "bank", "iban": {}}, ['/iban: "country" is a required property']),
        ({"oneOf": [True, {"type": "string"}]}, "s", [": the value is valid under more than one of the"]),
        (
            {"allOf": [{"type": "string"}, {"type": "string"}]},
            1,
            [': the value is not of type "string": found 1'],
        ),
        ({"not": {}}, 1, [": {} is not allowed for the value: found 1"]),
    ],
)
def test_each_violation_says_where_what_was_expected_and_what_was_found(
    folder: Path, schema: dict[str, Any], payload: object, said: list[str]
) -> None:
    violations = contract(folder, schema).violations(payload)
    assert len(violations) == len(said)
    for violation, beginning in zip(violations, said, strict=True):
        assert f"{violation.pointer}: {violation.message}".startswith(beginning)
        assert len(violation.message) <= 240


def test_a_pathological_regular_expression_hangs_neither_verdict_nor_explanation(folder: Path) -> None:
    strict = contract(folder, {"pattern": "^(a+)+$", "patternProperties": {"^(b+)+$": {}}, "type": "string"})
    started = time.process_time()
    assert strict.violations("a" * 28 + "!")
    assert strict.violations({"b" * 28 + "!": 1})
    assert time.process_time() - started < 2


def test_a_recursive_payload_at_the_limit_is_validated_and_explained(folder: Path) -> None:
    payload: object = 5
    for _ in range(199):
        payload = {"next": payload}
    tree = contract(folder, {"type": "object", "anyOf": [{"properties": {"next": {"$ref": "#"}}}]})
    assert not tree.is_valid(payload)
    assert tree.violations(payload)[0].pointer == "/next" * 199


def condition(kind: str) -> dict[str, Any]:
    arguments = {"type": "array", "items": {"$ref": "#"}}
    # The arguments come before the tag, so that every alternative is followed to the end.
    return {"type": "object", "required": ["kind"], "properties": {"args": arguments, "kind": {"const": kind}}}


@pytest.mark.parametrize("depth", [1, 60])
def test_alternatives_inside_alternatives_are_explained_without_exploding(folder: Path, depth: int) -> None:
    tree = contract(folder, {"oneOf": [*map(condition, ["and", "or", "not"]), {"type": "string"}]})
    payload: object = {"kind": "or", "args": ["ok", {"kind": "xor"}]}
    for _ in range(depth):
        payload = {"kind": "not", "args": ["ok", payload]}
    started = time.process_time()
    violations = tree.violations(payload)
    assert time.process_time() - started < 5
    assert [violation.pointer for violation in violations] == ["/args/1" * (depth + 1) + "/kind"]
    said = 'the value is none of those that the alternatives have, "and", "or", "not": found "xor"'
    assert violations[0].message == said


def test_a_reference_into_an_alternative_is_no_trouble_for_the_verdict(folder: Path) -> None:
    schema = {
        "oneOf": [{"properties": {"a": {"type": "null"}}}],
        "properties": {"b": {"$ref": "#/oneOf/0/properties/a"}},
    }
    entangled = contract(folder, schema)
    assert entangled.violations({"a": None, "b": None}) == []
    assert len(entangled.violations({"b": 1})) == 1


def test_an_alternative_that_leads_to_itself_is_explained(folder: Path) -> None:
    assert contract(folder, {"type": "string", "anyOf": [{"$ref": "#"}, {"$ref": "#"}]}).violations(5)


def test_a_schema_that_refers_to_itself_forever_has_a_verdict(folder: Path) -> None:
    assert contract(folder, {"$ref": "#"}).violations({}) == []


def test_valid_payloads_are_judged_without_importing_jsonschema(folder: Path) -> None:
    (folder / "y.json").write_text('{"type": "integer"}')
    program = (
        "import sys; from pathlib import Path; from edatool.contracts.load import load; "
        f"contracts, _ = load(Path({str(folder)!r}), ['y.json']); "
        "assert contracts['y.json'].is_valid(1); assert contracts['y.json'].violations('s'); "
        "sys.exit('jsonschema' in sys.modules or 'referencing' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab"),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from("abc"), x),
)
TYPES = st.sampled_from(["string", "integer", "object", "array", "null"])
SCHEMAS = st.recursive(
    st.fixed_dictionaries({}, optional={"type": TYPES, "maxLength": st.just(1), "const": PAYLOADS}),
    lambda x: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), x),
            "required": st.just(["a"]),
            "oneOf": st.lists(x, min_size=1, max_size=3),
            "anyOf": st.lists(x, min_size=1, max_size=3),
            "items": x,
            "not": x,
            "additionalProperties": x,
            "unevaluatedProperties": st.just(False),
            "if": x,
            "then": x,
        },
    ),
)


@settings(deadline=None, max_examples=examples(60))
@given(SCHEMAS, PAYLOADS)
def test_a_payload_has_violations_exactly_when_it_is_refused(
    tmp_path_factory: pytest.TempPathFactory, schema: dict[str, Any], payload: object
) -> None:
    folder = tmp_path_factory.getbasetemp() / "explained"
    folder.mkdir(exist_ok=True)
    tested = contract(folder, schema)
    violations = tested.violations(payload)
    assert bool(violations) != tested.is_valid(payload)
    for violation in violations:
        assert "too involved" not in violation.message
        assert to_path(violation.pointer, payload) is not None


def hook(name: str, *actions: str, needs: str) -> dict[str, Any]:
    """Return the schema of one webhook, with an alternative for each of its actions, as octokit writes them."""
    body = {"type": "object", "required": [needs]}
    one = [
        {"required": ["action", name], "properties": {"action": {"const": action}, name: body}} for action in actions
    ]
    return {"oneOf": one}


def test_the_alternative_is_found_by_the_tags_inside_its_own_alternatives(folder: Path) -> None:
    hooks = contract(
        folder,
        {
            "oneOf": [{"$ref": "#/definitions/issues"}, {"$ref": "#/definitions/stars"}],
            "definitions": {
                "issues": hook("issue", "opened", "closed", needs="id"),
                "stars": hook("star", "created", "deleted", needs="at"),
            },
        },
    )
    (violation,) = hooks.violations({"action": "opened", "issue": {}})
    assert str(violation) == '/issue: "id" is a required property'
    (violation,) = hooks.violations({"action": "gone", "issue": {}})
    assert violation.pointer == "/action"
    assert '"opened", "closed", "created", "deleted": found "gone"' in violation.message


def test_hundreds_of_alternatives_cost_no_search_in_each(folder: Path) -> None:
    many = [hook(f"h{number}", f"a{number}", f"b{number}", needs="id") for number in range(300)]
    hooks = contract(folder, {"oneOf": many})
    payload = {"action": "a299", "h299": {}}
    hooks.violations(payload)  # what alternatives allow is read once
    started = time.process_time()
    for _ in range(20):
        (violation,) = hooks.violations(payload)
    assert violation.pointer == "/h299"
    assert time.process_time() - started < 2


def named_to_explain(folder: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> int:
    """Return how often a schema was named to explain a payload that fits none of many alternatives."""
    alternatives = [{"required": ["id"], "properties": {"kind": {"const": n}}} for n in range(count)]
    many, named = contract(folder, {"oneOf": alternatives}), []
    name = Compiled._uri

    def counted(self: Compiled, place: SchemaPlace) -> str:
        named.append(place)
        return name(self, place)

    with monkeypatch.context() as patch:
        patch.setattr(Compiled, "_uri", counted)
        assert [str(one) for one in many.violations({"kind": 3})] == ['"id" is a required property']
    return len(named)


def test_explaining_takes_no_longer_for_each_of_many_alternatives(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (named_to_explain(folder, monkeypatch, count) for count in (100, 200))
    assert many < 2.5 * few


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({f"k{number}": 0 for number in range(500)}, 500),
        ({f"k{number}": 0 for number in range(501)}, 2),
        ({"x": [0] * 9998}, 9998),
        ({"x": [0] * 9999}, 2),
    ],
)
def test_of_a_large_payload_one_violation_is_told(folder: Path, payload: Any, told: int) -> None:
    one = contract(folder, {"propertyNames": {"pattern": "^x"}, "additionalProperties": {"items": {"type": "string"}}})
    found = one.violations(payload)
    assert len(found) == told
    assert (found[-1].message.startswith("the payload is large")) == (told == 2)
    assert found[0].message.startswith(('"k0" does not match', 'the value is not of type "string"'))


def test_a_large_payload_that_breaks_its_contract_everywhere_takes_no_long_look(folder: Path) -> None:
    one = contract(folder, {"anyOf": [{"propertyNames": {"pattern": "^x"}}, {"propertyNames": {"pattern": "^y"}}]})
    began = time.process_time()
    assert one.violations({f"k{number}": 0 for number in range(50_000)})[0].message.startswith("the value fits none")
    assert time.process_time() - began < 5
