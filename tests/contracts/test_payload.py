import datetime
import decimal
import json
import uuid
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool.contracts.payload import PayloadLimits, Violation, encode, parse

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)
ANYTHING = st.recursive(
    st.none() | st.integers() | st.floats() | st.text() | st.binary() | st.decimals() | st.dates(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner) | st.sets(st.text())
    ),
)
# Pieces that make near-JSON far more often than random characters do.
NEAR_JSON = st.lists(
    st.sampled_from(["{", "}", "[", "]", ",", ":", '"', '"a"', "\\", "\\u", "d800", "1", "-", "e9999", "NaN", " "])
).map("".join)

REFUSED = [
    (b"", "line 1, column 1: not JSON: it is empty"),
    (b"nope", "line 1, column 1: not JSON: expecting value"),
    (b'{"a": 1,\n "b": }', "line 2, column 7: not JSON: expecting value"),
    (b'"\n"', "line 1, column 2: not JSON: invalid control character"),
    (b'"abc', "line 1, column 1: not JSON: unterminated string"),
    (b"{'a': 1}", "line 1, column 2: not JSON: strings and keys stand in double quotes"),
    (b'{"a": 1,\n}', "line 1, column 8: not JSON: a comma too many"),
    (b"[1, 2 , ]", "line 1, column 7: not JSON: a comma too many"),
    (b"[1] // all", "line 1, column 5: not JSON: there are no comments in it"),
    (b'{"a":1} 2', "line 1, column 9: not JSON: extra data"),
    (b'{"a": "\xff"}', "line 1, column 8: not UTF-8"),
    (b'\xc3\xa9\n"\xc3\xa9\xff"', "line 2, column 3: not UTF-8"),
    ('{"a": 1}'.encode("utf-16"), "line 1, column 1: not UTF-8"),
    (b"\xef\xbb\xbf{}", "line 1, column 1: it begins with a byte order mark"),
    ("\ufeff{}", "line 1, column 1: it begins with a byte order mark"),
    (b"[NaN]", "line 1, column 2: JSON has no NaN"),
    (b"[1,\n Infinity]", "line 2, column 2: JSON has no Infinity"),
    (b"-Infinity", "line 1, column 1: JSON has no -Infinity"),
    (b'{"n": 1e400}', "line 1, column 7: the number 1e400 is too large"),
    (b"-1e400", "line 1, column 1: the number -1e400 is too large"),
    (b"9" * 5000, f"line 1, column 1: the number {'9' * 37}... is too large"),
    (b'{"a":1,"a":2}', 'line 1, column 8: the key "a" stands here again'),
    (b'{"x":[{"a":1},{"a":1,\n"\\u0061":2}]}', 'line 2, column 1: the key "\\u0061" stands here again'),
    (b'{"a":{},"b":[[],{}],"c":1,"c":3}', 'line 1, column 27: the key "c" stands here again'),
    (b'["\\ud800"]', "line 1, column 2: half a character"),
    (b'{"\\udc00": 1}', "line 1, column 2: half a character"),
    (b'["\\ud83d\\ude00", "\\ude00\\ud83d"]', "line 1, column 18: half a character"),
    ('["\ud800"]', "line 1, column 3: half a character"),
    (b"[" * 100_000, "line 1, column 65: nested deeper than 64 levels"),
    (b"[" * 100_000 + b"]" * 100_000, "line 1, column 65: nested deeper than 64 levels"),
    (b'{"a":' * 100_000, "line 1, column 321: nested deeper than 64 levels"),
    (b'"' + b"x" * 1_048_576 + b'"', "1048578 bytes are over the limit of 1048576"),
    ('"' + "é" * 600_000 + '"', "1200002 bytes are over the limit of 1048576"),
]


@pytest.mark.parametrize(("raw", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_parse_refuses_what_is_not_strict_json_and_says_where(raw: bytes | str, message: str) -> None:
    refused = parse(raw)
    assert isinstance(refused, Violation)
    assert refused.pointer == ""
    assert refused.message.startswith(message)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b' {"a": [1, 2.5, -0.0, null, true, ""]} ', {"a": [1, 2.5, -0.0, None, True, ""]}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'[{"a": 1}, {"a": 1}]', [{"a": 1}, {"a": 1}]),
        ("é".join(['"', '"']), "é"),
        (b"1e-400", 0.0),
        (b'"[[[["', "[[[["),
    ],
)
def test_parse_reads_json(raw: bytes | str, value: object) -> None:
    assert parse(raw) == value


def test_brackets_in_strings_are_no_levels() -> None:
    text = json.dumps(["[{" * 100, '\\"[' * 100])
    assert parse(text, PayloadLimits(max_depth=1)) == json.loads(text)


@pytest.mark.parametrize("levels", [63, 64, 65, 254, 255, 1024, 1025])
def test_the_level_counts_beside_many_objects_too(levels: int) -> None:
    one = "[" * (levels - 1) + "]" * (levels - 1)
    text = f"[{'{},' * 100}{one}]".encode()
    assert isinstance(parse(text), Violation) is (levels > 64)


def test_limits_hold_to_the_byte_and_the_level() -> None:
    assert parse(b"[[1]]", PayloadLimits(max_bytes=5, max_depth=2)) == [[1]]
    assert isinstance(parse(b"[[1]]", PayloadLimits(max_bytes=4)), Violation)
    assert isinstance(parse(b"[[1]]", PayloadLimits(max_depth=1)), Violation)
    assert encode([[1]], PayloadLimits(max_bytes=5, max_depth=2)) == b"[[1]]"
    assert isinstance(encode([[1]], PayloadLimits(max_bytes=4)), Violation)
    assert isinstance(encode([[1]], PayloadLimits(max_depth=1)), Violation)


def test_limits_that_cannot_be_validated_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 200"):
        PayloadLimits(max_depth=201)


@pytest.mark.parametrize(
    ("value", "pointer", "message"),
    [
        (float("nan"), "", "JSON has no nan"),
        ({"a": [1, float("inf")]}, "/a/1", "JSON has no inf"),
        ({"a/b": {"~": float("-inf")}}, "/a~1b/~0", "JSON has no -inf"),
        ({"a": {1: 2}}, "/a", "the key 1 is an int"),
        ({None: 2}, "", "the key None is a NoneType"),
        ({"price": decimal.Decimal("1.5")}, "/price", "JSON has no type for a Decimal"),
        ([datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)], "/0", "JSON has no type for a datetime"),
        ([uuid.UUID(int=0)], "/0", "JSON has no type for an UUID"),
        ({1, 2}, "", "JSON has no type for a set"),
        ([b"x"], "/0", "JSON has no type for a bytes"),
        ([object()], "/0", "JSON has no type for an object"),
        (["ok", "\ud800"], "/1", "half a character"),
        ({"\ud800": 1}, "", "the key '\\ud800' holds half a character"),
        ([10**5000], "/0", "too large an integer"),
        (["x" * 1_048_577], "", "larger than 1048576 bytes"),
        ('"' * 600_000, "", "1200002 bytes are over the limit"),
    ],
    ids=lambda value: str(type(value)),
)
def test_encode_refuses_what_json_cannot_hold_and_says_where(value: object, pointer: str, message: str) -> None:
    refused = encode(value)
    assert isinstance(refused, Violation)
    assert refused.pointer == pointer
    assert refused.message.startswith(message)


def test_encode_refuses_cycles_and_values_shared_without_end() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    shared: list[object] = []
    for _ in range(60):
        shared = [shared, shared]
    repeated = ["x" * 1000] * 1_000_000
    for value in (cycle, {"a": cycle}, shared, repeated):
        assert isinstance(encode(value), Violation)


def test_encode_writes_compact_utf8() -> None:
    class Region(StrEnum):
        EU = "eu"

    value = {"é": [1, 2.5, None, True, (1, 2)], "region": Region.EU}
    assert encode(value) == '{"é":[1,2.5,null,true,[1,2]],"region":"eu"}'.encode()


@given(JSON)
def test_what_encode_writes_parse_reads_back(value: object) -> None:
    raw = encode(value)
    assert isinstance(raw, bytes)
    assert parse(raw) == value


@given(st.binary() | st.text() | NEAR_JSON)
def test_parse_never_raises_and_accepts_nothing_that_json_refuses(raw: bytes | str) -> None:
    value = parse(raw)
    if not isinstance(value, Violation):
        assert json.loads(raw) == value
        assert isinstance(encode(value), bytes)


@given(ANYTHING)
def test_encode_never_raises_and_writes_only_what_parse_accepts(value: object) -> None:
    raw = encode(value)
    if isinstance(raw, bytes):
        assert not isinstance(parse(raw), Violation)


PAIRS = st.tuples(
    st.sampled_from(['"a"', '"b"', '"a b"', '"\\u0061"', '"é"']),
    st.sampled_from([":", ": ", " :", "\n:\t"]),
    st.sampled_from(
        ["1", "-0", "1.0", "1.50", "2e3", f"1{'0' * 19}", f"1{'0' * 30}", '"a b"', '"a:b"', "[1, 2]", "{}"]
    ),
)


@given(st.lists(PAIRS, max_size=4), st.sampled_from([",", ", ", "\n,"]))
def test_bytes_are_read_as_text_is(pairs: list[tuple[str, str, str]], comma: str) -> None:
    text = f"{{{comma.join(map(''.join, pairs))}}}"
    assert repr(parse(text.encode())) == repr(parse(text))
