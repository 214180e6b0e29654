"""A message's properties as JSON and back, byte by byte.

What JSON tells apart is written plainly: text, true and false, integers of 64 bits, doubles, null, lists and tables.
Everything else is an object ``{"$type": ..., "value": ...}`` with the letter that AMQP has for the type (RabbitMQ,
«AMQP 0-9-1 Errata», section 3), or with ``base64`` where it is no text or no number.
"""

import json
import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

from edatool.broker.properties import NAMES, joined, size_of, split
from edatool.frozen import frozen

MOST_LEVELS = 32
"""Tables within tables beyond which one is written as base64."""

_NUMBERS = {
    "b": ">b",
    "B": ">B",
    "s": ">h",
    "u": ">H",
    "I": ">i",
    "i": ">I",
    "l": ">q",
    "L": ">Q",
    "f": ">f",
    "d": ">d",
    "T": ">Q",
}
_TEXT, _BYTES_OF = "S", "$type"
_OCTETS, _TIMES = ("delivery_mode", "priority"), ("timestamp",)


@frozen
class Malformed:
    """That something is no property; ``why`` is a sentence."""

    why: str


def to_json(raw: bytes) -> dict[str, Any]:
    """Return properties by name, of the bytes that a connection kept."""
    return {name: _property(name, piece) for name, piece in split(raw).items()}


def of_json(properties: object) -> bytes | Malformed:
    """Return the bytes of properties; what ``to_json`` made comes back as it was."""
    if not isinstance(properties, dict):
        return Malformed("the properties are no object")
    if unknown := properties.keys() - NAMES:
        return Malformed(f"there is no property {min(unknown)!r}: there are {', '.join(NAMES)}")
    try:
        raw = joined({name: _piece(name, value) for name, value in properties.items()})
        to_json(raw)  # what is given as base64 may be anything, and a broker would close the connection over it
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, struct.error, RecursionError) as error:
        return Malformed(f"the properties cannot be read: {error}")
    return raw


def _property(name: str, piece: bytes) -> Any:
    if name == "headers":
        return _table(piece, 0)
    if name in _OCTETS:
        return piece[0]
    if name in _TIMES:
        return struct.unpack(">Q", piece)[0]
    return _text_or_base64(piece[1:])


def _piece(name: str, value: Any) -> bytes:
    if name == "headers":
        return _of_table(value)
    if name in _OCTETS:
        return struct.pack(">B", value)
    if name in _TIMES:
        return struct.pack(">Q", value)
    text = _bytes(value)
    return bytes([len(text)]) + text


def _text_or_base64(text: bytes) -> Any:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(text).decode()}


def _bytes(value: Any) -> bytes:
    return b64decode(value["base64"], validate=True) if isinstance(value, dict) else value.encode()


def _table(content: bytes, level: int) -> Any:
    """Read a table with its length; as base64 where it is no object of JSON."""
    try:
        pairs = [(name.decode(), value) for name, value in _entries(content)]
    except UnicodeDecodeError:
        pairs = None
    if pairs is None or level > MOST_LEVELS or len(dict(pairs)) < len(pairs) or any(n == _BYTES_OF for n, _ in pairs):
        return {_BYTES_OF: "F", "base64": b64encode(content).decode()}
    return {name: _value(value, level) for name, value in pairs}


def _entries(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 4
    while at < len(content):
        value = at + 1 + content[at]
        after = value + size_of(content, value)
        yield content[at + 1 : value], content[value:after]
        at = after


def _value(content: bytes, level: int) -> Any:
    kind, rest = chr(content[0]), content[1:]
    if kind == "V":
        return None
    if kind == "t" and rest in (b"\0", b"\1"):
        return rest == b"\1"
    if kind in _NUMBERS:
        (number,) = struct.unpack(_NUMBERS[kind], rest)
        if math.isfinite(number):
            return number if kind in "ld" else {_BYTES_OF: kind, "value": number}
    if kind == _TEXT and isinstance(text := _text_or_base64(rest[4:]), str):
        return text
    if kind == "F" and level < MOST_LEVELS:
        return _table(rest, level + 1)
    if kind == "A" and level < MOST_LEVELS:
        return [_value(one, level + 1) for one in _items(rest)]
    return {_BYTES_OF: kind, "base64": b64encode(rest).decode()}


def _items(content: bytes) -> Iterator[bytes]:
    at = 4
    while at < len(content):
        after = at + size_of(content, at)
        yield content[at:after]
        at = after


def _of_table(value: Any) -> bytes:
    if _BYTES_OF in value:
        return b64decode(value["base64"], validate=True)
    entries = [(name.encode(), _of_value(one)) for name, one in value.items()]
    fields = b"".join(bytes([len(name)]) + name + one for name, one in entries)
    return struct.pack(">I", len(fields)) + fields


def _of_value(value: Any) -> bytes:
    match value:
        case None:
            return b"V"
        case bool():
            return b"t\1" if value else b"t\0"
        case int():
            return b"l" + struct.pack(">q", value)
        case float():
            return b"d" + struct.pack(">d", value)
        case str():
            text = value.encode()
            return b"S" + struct.pack(">I", len(text)) + text
        case list():
            items = b"".join(map(_of_value, value))
            return b"A" + struct.pack(">I", len(items)) + items
        case {"$type": str(kind), "base64": str(content)}:
            return kind.encode() + b64decode(content, validate=True)
        case {"$type": str(kind), "value": int() | float() as number}:
            return kind.encode() + struct.pack(_NUMBERS[kind], number)
        case dict():
            return b"F" + _of_table(value)
        case _:
            raise ValueError(f"{json.dumps(value)[:40]} is no value of a header")
