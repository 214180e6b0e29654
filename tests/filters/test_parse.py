"""Every malformed pattern is found, at its place, all at once."""

import pytest

from edatool.filters.parse import parse
from edatool.findings import Finding
from edatool.spec.text import text


def findings(pattern: str) -> list[Finding]:
    document, wrong = text.read(pattern, "f.yaml", {})
    assert wrong == []
    parsed = parse(document.value, (), document.where)
    return parsed if isinstance(parsed, list) else []


@pytest.mark.parametrize(
    ("pattern", "column", "message"),
    [
        ("total: [1]", 8, "begins with none of data, headers, key, type: a field of the payload is data.total"),
        ("headrs.a: [1]", 11, "did you mean 'headers'?"),
        ("data..a: [1]", 10, "empty name"),
        ("key.a: [1]", 8, "key is a string and has no field 'a'"),
        ("data.a: []", 9, "the list is empty"),
        ("data.a: {}", 9, "a mapping from paths to conditions is needed"),
        ("data.a: [[1]]", 10, "a list stands in a list"),
        ("data.a: {prefix: a}", 9, "operators stand in a list: write [{prefix: ...}]"),
        ("data.a: [{prefx: a}]", 18, "did you mean 'prefix'?"),
        ("data.a: [{foo: a}]", 16, "unknown operator 'foo': known are prefix"),
        ("data.a: [{prefix: a, suffix: b}]", 10, "one operator is needed"),
        ("data.a: [{prefix: 1}]", 19, "a string is needed, not 1"),
        ("data.a: [{prefix: {suffix: a}}]", 19, "a string or {equals-ignore-case: string}"),
        ("data.a: [{equals-ignore-case: [a]}]", 31, "a string is needed, not a list"),
        ("data.a: [{wildcard: 'a**b'}]", 21, "two * side by side"),
        ("data.a: [{wildcard: 'a\\b'}]", 21, "a backslash stands before * or another backslash only"),
        ("data.a: [{numeric: ['>']}]", 20, "one comparison or two"),
        ("data.a: [{numeric: ['=>', 1]}]", 21, "'=>' is none of ="),
        ("data.a: [{numeric: ['>', true]}]", 26, "a number is needed, not true"),
        ("data.a: [{numeric: ['>', 5, '<', 5]}]", 20, "no number is within both bounds"),
        ("data.a: [{cidr: 10.0.0.1/24}]", 17, "write 10.0.0.0/24"),
        ("data.a: [{cidr: somewhere}]", 17, "write a network such as"),
        ("data.a: [{exists: 1}]", 19, "true or false is needed, not 1"),
        ("data.a: [{regex: '(a'}]", 18, "missing )"),
        ("data.a: [{regex: '(?<=a)b'}]", 18, "'(?<=a)b' cannot be used: it looks ahead or behind"),
        ("data.a: [{regex: '(a)\\1'}]", 18, "back reference"),
        ("data.a: [{regex: 'a\\<b'}]", 18, "< needs no backslash"),
        ("data.a: [{regex: 'a{,5}'}]", 18, "no regular expression of JSON Schema"),
        ("data.a: [{anything-but: []}]", 25, "a value, a list of values or one operator"),
        ("data.a: [{anything-but: {numeric: ['>', 1]}}]", 25, "one of prefix, suffix"),
        ("data.a: [{anything-but: {prefix: []}}]", 34, "the list is empty"),
        ("data.a: [{all: []}]", 16, "the list is empty"),
        ("$or: {data.a: 1}", 6, "$or: a list of patterns is needed"),
        ("$and: []", 7, "$and: a list of patterns is needed"),
        ("$not: [1]", 7, "a mapping from paths to conditions is needed"),
        ("$nor: [1]", 7, "known here are $or, $and, $not"),
        ("semantics: aws", 12, "eventbridge is the only one"),
        ("{semantics: eventbridge, pattern: {detail: {a: [1]}}, x: 1}", 58, "beside semantics stands pattern"),
    ],
)
def test_what_is_malformed_is_found_at_its_place(pattern: str, column: int, message: str) -> None:
    found = findings(pattern)
    assert message in found[0].message
    assert found[0].code == "E291"
    assert found[0].at
    assert found[0].at.column == column


def test_all_of_it_is_found_at_once() -> None:
    found = findings("data.a: [{prfix: a}, {exists: 1}]\ndata.b: []\n$or: [{c: 1}, {data.d: [{cidr: x}]}]\n")
    assert [one.at.line for one in found if one.at] == [1, 1, 2, 3, 3]


def test_size_and_depth_have_limits() -> None:
    many = ", ".join(map(str, range(1001)))
    assert "more than 1000 conditions" in findings(f"data.a: [{many}]")[0].message
    deep = "{$not: " * 40 + "{data.a: 1}" + "}" * 40
    assert "deeper than 32 levels" in findings(deep)[0].message
    assert "more than 1000 characters" in findings(f"data.a: [{{wildcard: {'a' * 1001}}}]")[0].message
