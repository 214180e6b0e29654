"""Tables of AMQP as bytes: all types of values that RabbitMQ reads, drawn at random, and taken apart again."""

import struct
from collections import Counter

from hypothesis import strategies as st

Entry = tuple[bytes, bytes]
"""A name, and a value with its type."""

WIDTHS = {"t": 1, "b": 1, "B": 1, "s": 2, "u": 2, "I": 4, "i": 4, "f": 4, "l": 8, "d": 8, "T": 8, "D": 5, "V": 0}
LONGEST_NAME = 255


def framed(content: bytes) -> bytes:
    """Return bytes behind their number, as tables, arrays and long strings have it."""
    return struct.pack(">I", len(content)) + content


def packed(kind: str, layout: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[bytes]:
    return values.map(lambda value: kind.encode() + struct.pack(f">{layout}", value))


def integers(kind: str, layout: str, bits: int, *, signed: bool) -> st.SearchStrategy[bytes]:
    least = -(2 ** (bits - 1)) if signed else 0
    return packed(kind, layout, st.integers(least, least + 2**bits - 1))


def entry(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + value


def table(entries: list[Entry]) -> bytes:
    return framed(b"".join(entry(*one) for one in entries))


NAMES = st.text(max_size=60).map(str.encode) | st.just(b"n" * LONGEST_NAME) | st.binary(max_size=20)
STRINGS = st.text(max_size=30).map(str.encode) | st.binary(max_size=30) | st.sampled_from([b"", b"s" * 3000])
PLAIN = st.one_of(
    st.sampled_from([b"t\0", b"t\1", b"V"]),
    integers("b", "b", 8, signed=True),
    integers("B", "B", 8, signed=False),
    integers("s", "h", 16, signed=True),
    integers("u", "H", 16, signed=False),
    integers("I", "i", 32, signed=True),
    integers("i", "I", 32, signed=False),
    integers("l", "q", 64, signed=True),
    integers("T", "Q", 64, signed=False),
    packed("f", "f", st.floats(width=32, allow_nan=False, allow_infinity=False)),
    packed("d", "d", st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.integers(0, 255), st.integers(-(2**31), 2**31 - 1)).map(lambda one: b"D" + struct.pack(">Bi", *one)),
    STRINGS.map(lambda one: b"S" + framed(one)),
    STRINGS.map(lambda one: b"x" + framed(one)),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: b"A" + framed(b"".join(values))),
        st.lists(st.tuples(NAMES, inner), max_size=3).map(lambda entries: b"F" + table(entries)),
    ),
    max_leaves=6,
)


def strings(values: list[str]) -> bytes:
    """Return a list of strings, as in CC."""
    return b"A" + framed(b"".join(b"S" + framed(one.encode()) for one in values))


def entries_of(content: bytes) -> Counter[Entry]:
    """Return the entries of a table, whose bytes begin with their number."""
    found, at = Counter[Entry](), 4
    while at < len(content):
        value = at + 1 + content[at]
        kind = chr(content[value])
        end = value + 1 + (WIDTHS[kind] if kind in WIDTHS else 4 + int.from_bytes(content[value + 1 : value + 5]))
        found[content[at + 1 : value], content[value:end]] += 1
        at = end
    return found
