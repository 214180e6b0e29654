import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool.broker.properties import joined
from edatool.broker.properties_json import MOST_LEVELS, Malformed, of_json, to_json


def table(*fields: tuple[bytes, bytes]) -> bytes:
    content = b"".join(bytes([len(name)]) + name + value for name, value in fields)
    return struct.pack(">I", len(content)) + content


def framed(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def number(of: tuple[str, bytes]) -> bytes:
    """Return a number: of a type, and as many of the bytes as that has."""
    kind, content = of
    return kind[0].encode() + content[: int(kind[1])]


KINDS = ["b1", "B1", "s2", "u2", "I4", "i4", "f4", "l8", "L8", "d8", "T8", "D5"]
NAMES = st.sampled_from([b"a", b"b", b"$type", b"\xff", "é".encode()])
LEAVES = st.one_of(
    st.sampled_from([b"V", b"t\0", b"t\1", b"t\2"]),
    st.tuples(st.sampled_from(KINDS), st.binary(min_size=8, max_size=8)).map(number),
    st.tuples(st.sampled_from([b"S", b"x"]), st.binary(max_size=9)).map(lambda of: of[0] + framed(of[1])),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda many: b"A" + framed(b"".join(many))),
        st.lists(st.tuples(NAMES, inner), max_size=3).map(lambda of: b"F" + table(*of)),
    ),
    max_leaves=8,
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_any_headers_come_back_byte_by_byte(fields: list[tuple[bytes, bytes]]) -> None:
    raw = joined({"headers": table(*fields), "priority": b"\x07", "message_id": b"\x02\xffm", "timestamp": b"\0" * 8})
    shown = json.loads(json.dumps(to_json(raw), allow_nan=False))
    assert of_json(shown) == raw


def test_what_json_has_is_written_plainly() -> None:
    fields = {b"text": b"S\0\0\0\2\xc3\xa9", b"yes": b"t\1", b"whole": b"l" + struct.pack(">q", -5), b"none": b"V"}
    found = to_json(joined({"headers": table(*fields.items()), "content_type": b"\x04text"}))
    assert found == {"content_type": "text", "headers": {"text": "é", "yes": True, "whole": -5, "none": None}}


def test_numbers_that_json_has_not_are_base64() -> None:
    raw = joined({"headers": table((b"a", b"d" + struct.pack(">d", math.nan)))})
    assert "base64" in to_json(raw)["headers"]["a"]
    assert of_json(to_json(raw)) == raw


def test_tables_of_any_depth_come_back() -> None:
    value = b"t\1"
    for _ in range(3 * MOST_LEVELS):
        value = b"F" + table((b"a", value))
    raw = joined({"headers": table((b"a", value))})
    assert of_json(json.loads(json.dumps(to_json(raw)))) == raw


@pytest.mark.parametrize(
    "properties",
    [{"headers": {"a": {"$type": "l", "value": 2**70}}}, {"type": 5}, {"type": "a" * 256}, {"headers": []}],
)
def test_what_is_no_property_is_said(properties: Any) -> None:
    assert isinstance(of_json(properties), Malformed)
