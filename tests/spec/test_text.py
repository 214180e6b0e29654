import pytest

from edatool.findings import Position
from edatool.spec.text.text import MAX_DEPTH, read
from edatool.spec.yaml_document import YamlDocument


def values(text: str, **environment: str) -> object:
    document, findings = read(text, "r.yaml", environment)
    assert findings == []
    return document.value


def codes(text: str, **environment: str) -> list[tuple[str, int, int]]:
    _, findings = read(text, "r.yaml", environment)
    return [(f.code, f.at.line, f.at.column) for f in findings if f.at]


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("010", 10),
        ("0x10", 16),
        ("0o10", 8),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1:30", "1:30"),
        ("2026-11-23", "2026-11-23"),
        ('"1"', "1"),
        ("'true'", "true"),
        ("1_000", "1_000"),
        ("+", "+"),
        (".", "."),
    ],
)
def test_plain_scalars_follow_the_yaml_1_2_core_schema(plain: str, value: object) -> None:
    found = values(f"a: {plain}")
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


def test_every_value_and_key_knows_its_place() -> None:
    document, _ = read("queues:\n  a: {max_length: 10}\n  b:\n    - x\n    - y: 1\n", "r.yaml", {})
    assert document.where(("queues", "a", "max_length")) == Position("r.yaml", 2, 19)
    assert document.where_key(("queues", "a", "max_length")) == Position("r.yaml", 2, 7)
    assert document.where(("queues", "b", 1, "y")) == Position("r.yaml", 5, 10)
    assert document.where(("queues", "b", 1, "nothing", "here")) == Position("r.yaml", 5, 7)


def test_an_alias_is_its_anchor_with_the_anchors_places() -> None:
    document, findings = read("a: &x {b: [1, 2]}\nc: *x\n", "r.yaml", {})
    assert findings == []
    assert document.value == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    assert document.where(("c",)) == Position("r.yaml", 2, 4)
    assert document.where(("c", "b", 1)) == Position("r.yaml", 1, 15)


def test_a_merge_key_adds_what_is_not_there() -> None:
    text = "d: &d {a: 1, b: 2}\ne: &e {a: 3, c: 4}\none: {<<: *d, b: 5}\ntwo: {<<: [*d, *e], z: 0}\n"
    document, findings = read(text, "r.yaml", {})
    assert findings == []
    assert isinstance(document.value, dict)
    assert document.value["one"] == {"a": 1, "b": 5}
    assert document.value["two"] == {"a": 1, "b": 2, "c": 4, "z": 0}
    assert document.where(("one", "a")) == Position("r.yaml", 1, 11)
    assert document.where(("one", "b")) == Position("r.yaml", 3, 18)
    assert document.where(("two", "c")) == Position("r.yaml", 2, 17)


def test_merging_what_is_no_mapping_is_a_finding() -> None:
    assert codes("a: {<<: 3}") == [("E002", 1, 9)]


def test_variables_are_replaced_in_strings_keys_and_plain_scalars() -> None:
    text = 'a: ${N}\nb: "${N}"\n${K}: x-${MISSING:-y}-z\nd: $${N}\ne: ${EMPTY:-default}\nf: "[${UNSET:-}]"\n'
    expected = {"a": 5, "b": "5", "key": "x-y-z", "d": "${N}", "e": "default", "f": "[]"}
    assert values(text, N="5", K="key", EMPTY="") == expected


def test_a_variable_cannot_smuggle_structure_in() -> None:
    assert values("a: ${V}", V="{b: [1]}") == {"a": "{b: [1]}"}


def test_an_unset_variable_is_a_finding_at_its_scalar() -> None:
    assert codes("a: 1\nb: x${NOPE}\n") == [("E006", 2, 4)]


def test_a_malformed_variable_is_a_finding() -> None:
    assert codes('a: "${1X}"\nb: "${"\n') == [("E006", 1, 4), ("E006", 2, 4)]


def test_duplicate_keys_are_all_found() -> None:
    assert codes("a: 1\nb: {c: 1, c: 2}\na: 3\na: 4\n") == [("E003", 2, 11), ("E003", 3, 1), ("E003", 4, 1)]


@pytest.mark.parametrize(
    "tagged",
    [
        "!!python/object/apply:os.system [ls]",
        "!!python/name:os.system ''",
        "!thing 1",
        "!!int '3'",
        "!!binary aGk=",
    ],
)
def test_tags_that_would_build_objects_are_refused(tagged: str) -> None:
    assert codes(f"a: {tagged}") == [("E004", 1, 4)]


def test_a_string_tag_is_a_string() -> None:
    assert values("a: !!str 12") == {"a": "12"}


def test_an_alias_bomb_is_refused_without_growing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert [code for code, *_ in codes("\n".join(lines))] == ["E005"]


def test_an_alias_inside_its_own_anchor_is_refused() -> None:
    assert codes("a: &x [*x]") == [("E002", 1, 8)]


def test_too_deep_a_nesting_is_refused() -> None:
    assert [code for code, *_ in codes("a: " + "[" * 200 + "]" * 200)] == ["E005"]
    # Newer libyaml refuses this one by itself, before we see its events.
    assert [code for code, *_ in codes("a: " + "[" * 5000 + "]" * 5000)] in (["E005"], ["E002"])
    assert codes("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []


@pytest.mark.parametrize("number", [".inf", "-.INF", ".nan", "1e999"])
def test_numbers_that_json_lacks_are_findings(number: str) -> None:
    assert codes(f"a: {number}") == [("E009", 1, 4)]


@pytest.mark.parametrize(
    ("broken", "line"),
    [("a: [1\nb: 2\n", 2), ("a: b: c\n", 1), ("a:\n\t- x\n", 2), ("a: \x07\n", 1), ("*nope\n", 1)],
)
def test_broken_yaml_is_one_finding_at_its_line(broken: str, line: int) -> None:
    assert [found[:2] for found in codes(broken)] == [("E002", line)]


def test_a_second_document_is_a_finding() -> None:
    assert codes("a: 1\n---\nb: 2\n") == [("E007", 2, 1)]


def test_a_key_that_is_no_string_is_a_finding() -> None:
    assert codes("a: {[x]: 1}") == [("E008", 1, 5)]


def test_an_empty_text_has_no_value() -> None:
    document, findings = read("# nothing\n", "r.yaml", {})
    assert (document, findings) == (YamlDocument(None), [])
