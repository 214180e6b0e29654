"""What ``encode`` writes and refuses, beside its rules in the plainest Python."""

import datetime
import decimal
import enum
import json
import math
import re
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edatool.contracts.payload import PayloadLimits, Violation, encode


class Text(str):
    __slots__ = ()


class Whole(int):
    pass


class Real(float):
    pass


class Row(list[object]):
    pass


class Pair(NamedTuple):
    left: object
    right: object


class Colour(enum.Enum):
    RED = "red"


class Name(enum.StrEnum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


class Big(int, enum.Enum):
    ONE = 1


@dataclass
class Point:
    x: int = 1


TEXT = st.text(st.characters(categories=["L", "N", "P", "Cc", "Cs", "So"]), max_size=4) | st.sampled_from(
    ["", "null", '"\\', "\ud800", "\ude00\ud83d", "\U0001f600", "\x7f\x80\u2028"]
)
INTEGERS = (
    st.integers()
    | st.sampled_from([2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64 - 1, 2**64])
    | st.sampled_from([600, 4299, 4300, 5000]).map(lambda zeros: 10**zeros)
)
FLOATS = st.floats() | st.sampled_from([1e16, 1e-5, 1e22, 5e-324, 1.7976931348623157e308, -0.0, 0.1])
HELD = (
    st.none()
    | st.booleans()
    | INTEGERS
    | FLOATS
    | TEXT
    | TEXT.map(Text)
    | INTEGERS.map(Whole)
    | FLOATS.map(Real)
    | st.sampled_from([Name.RED, Number.ONE, Big.ONE])
)
REFUSED = st.sampled_from(
    [
        Colour.RED,
        Point(),
        Point,
        datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        datetime.date(2026, 1, 1),
        datetime.time(1),
        decimal.Decimal("1.5"),
        uuid.UUID(int=1),
        b"x",
        bytearray(b"x"),
        {"set"},
        1j,
        ...,
        orjson.Fragment(b"1"),
    ]
)


def around(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    named = st.dictionaries(TEXT, inner, max_size=4)
    others = st.dictionaries(TEXT.map(Text) | st.integers() | st.none() | st.booleans(), inner, max_size=2)
    rows = st.lists(inner, max_size=4)
    return (
        named
        | rows
        | others
        | named.map(OrderedDict)
        | rows.map(tuple)
        | rows.map(Row)
        | st.builds(Pair, inner, inner)
        | rows.map(lambda row: [row, row])
    )


VALUES = st.recursive(HELD | FLOATS | TEXT, around, max_leaves=12)
ODD = st.recursive(HELD | REFUSED, around, max_leaves=12)
LIMITS = st.just(PayloadLimits()) | st.builds(PayloadLimits, st.integers(0, 80), st.integers(0, 4))


def inside(value: object) -> Iterator[object]:
    """Yield a value and all values in it, keys too."""
    yield value
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from inside(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from inside(item)


def is_json(value: object, levels: int) -> bool:
    """Say whether JSON can hold a value, with so many levels of arrays and objects in each other."""
    if isinstance(value, str):
        return not re.search("[\ud800-\udfff]", value)
    if isinstance(value, int):
        return abs(value) < 10**4300  # Python prints no more, unless told otherwise
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        named = all(isinstance(key, str) and is_json(key, 0) for key in value)
        return levels > 0 and named and all(is_json(item, levels - 1) for item in value.values())
    if isinstance(value, (list, tuple)):
        return levels > 0 and all(is_json(item, levels - 1) for item in value)
    return value is None


def compact(value: object, *, quick: bool) -> str:
    """Write JSON; floats as Python prints them, or as the ``quick`` writer does, which has shorter exponents."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{text(key)}:{compact(item, quick=quick)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(compact(item, quick=quick) for item in value) + "]"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, float):
        return orjson.dumps(float(value)).decode() if quick else float.__repr__(value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    assert isinstance(value, int)
    return int.__repr__(value)


def text(value: str) -> str:
    return json.dumps(str.__str__(value), ensure_ascii=False)


def by_the_rules(value: object, limits: PayloadLimits) -> bytes | None:
    """Return what is to be written, None where it is to be refused."""
    if not is_json(value, limits.max_depth):
        return None
    values = list(inside(value))
    exact = all(type(one) in (dict, list, tuple, str, int, float, bool, type(None)) for one in values)
    of_64_bits = all(-(2**63) <= one < 2**64 for one in values if isinstance(one, int))
    written = compact(value, quick=exact and of_64_bits).encode()
    return written if len(written) <= limits.max_bytes else None


@given(VALUES | ODD, LIMITS)
@example([None, 1e16], PayloadLimits())
@example([(), 1e16], PayloadLimits())
@example([None, math.nan], PayloadLimits())
@example(["null", [math.inf]], PayloadLimits())
@example({"a": [2**64, 1e-7]}, PayloadLimits())
@example([orjson.Fragment(b"1")], PayloadLimits())
def test_encode_writes_to_the_byte_and_refuses_what_the_rules_say(value: object, limits: PayloadLimits) -> None:
    written = encode(value, limits)
    assert (None if isinstance(written, Violation) else written) == by_the_rules(value, limits)


@given(st.integers(55, 70), st.sampled_from([[], {}, 1, 1e16, "x", None]), st.sampled_from([list, dict, tuple, Row]))
def test_encode_writes_as_many_levels_as_the_rules_say(levels: int, value: object, kind: type) -> None:
    for _ in range(levels):
        value = {"a": value} if kind is dict else kind([value])
    written = encode(value)
    assert (None if isinstance(written, Violation) else written) == by_the_rules(value, PayloadLimits())


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["list", "dict", "tuple"]), min_size=1, max_size=5), VALUES)
def test_encode_refuses_what_contains_itself(kinds: list[str], beside: object) -> None:
    innermost: list[object] = [beside]
    value: object = innermost
    for kind in kinds:
        value = {"a": value} if kind == "dict" else [value, 1] if kind == "list" else (value, value)
    innermost.append(value)
    # That there is no end is seen at the limit.
    assert isinstance(encode(value, PayloadLimits(max_bytes=10_000)), Violation)


@pytest.mark.parametrize("fanout", [2, 3, 100])
def test_encode_refuses_what_is_shared_until_it_is_too_large(fanout: int) -> None:
    value: object = {"n": 1.5}
    for _ in range(60):
        value = [value] * fanout
    assert isinstance(encode(value), Violation)
