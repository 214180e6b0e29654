"""A message's properties, sent on byte by byte as they came.

pika decodes fewer types of header values than there are, and makes integers of floats; what is only sent on needs no
decoding. Layouts are those of AMQP 0-9-1, section 4.2.6.1.
"""

import struct
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from pika import BasicProperties, data, frame, spec
from pika.exceptions import AMQPError

from edatool.broker import pika_private
from edatool.frozen import frozen

OF_QUEUES = ("x-delivery-count", "x-acquired-count", "x-stream-offset")
"""Headers that a queue adds to what it delivers, and that go on to no other."""

_SHORT, _TABLE = 0, -1
# In the order of their flags, from the highest bit on: the width of a value, or what kind of string it is.
_PROPERTIES = {
    "content_type": _SHORT,
    "content_encoding": _SHORT,
    "headers": _TABLE,
    "delivery_mode": 1,
    "priority": 1,
    "correlation_id": _SHORT,
    "reply_to": _SHORT,
    "expiration": _SHORT,
    "message_id": _SHORT,
    "timestamp": 8,
    "type": _SHORT,
    "user_id": _SHORT,
    "app_id": _SHORT,
    "cluster_id": _SHORT,
}
NAMES = tuple(_PROPERTIES)
"""What properties are called."""
_WIDTHS = dict.fromkeys("tbB", 1) | dict.fromkeys("su", 2) | dict.fromkeys("Iif", 4) | dict.fromkeys("lLdT", 8)
_WIDTHS |= {"D": 5, "V": 0}


@frozen
class Raw:
    """The bytes of properties, in the place of pika's ``BasicProperties`` to publish with."""

    content: bytes
    INDEX: ClassVar[int] = BasicProperties.INDEX

    def encode(self) -> list[bytes]:
        """Return the pieces of a content header."""
        return [self.content]


_BEFORE_PROPERTIES = 12  # class, weight and body size
_UNREADABLE = (AMQPError, RecursionError, ArithmeticError, ValueError, OSError, struct.error)
"""What pika raises for headers that it cannot decode: tables within tables, times in millions of years."""


def keep_raw(connection: Any) -> None:
    """Have a pika connection keep the bytes of the properties that it reads, for ``raw``.

    Properties that pika cannot decode end the connection no more: they are empty and ``unreadable``.
    """

    def read_and_keep(read: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
        try:
            size, one = read()
        except _UNREADABLE:
            size, one = _unreadable(pika_private.received(connection))
            if one is None:
                raise
        if isinstance(one, frame.Header):
            one.properties.unreadable = getattr(one.properties, "unreadable", False)
            start = spec.FRAME_HEADER_SIZE + _BEFORE_PROPERTIES
            one.properties.raw = bytes(pika_private.received(connection)[start : size - spec.FRAME_END_SIZE])
        return size, one

    pika_private.read_frames_by(connection, read_and_keep)


def _unreadable(content: bytes) -> tuple[int, frame.Header | None]:
    """Return a content header without its properties; None where these bytes are no content header."""
    kind, channel, size = struct.unpack_from(">BHI", content)
    if kind != spec.FRAME_HEADER or size < _BEFORE_PROPERTIES:
        return 0, None
    (body,) = struct.unpack_from(">Q", content, spec.FRAME_HEADER_SIZE + 4)
    properties: Any = BasicProperties()
    properties.unreadable = True
    return spec.FRAME_HEADER_SIZE + size + spec.FRAME_END_SIZE, frame.Header(channel, body, properties)


def raw(
    properties: Any,
    *,
    without: Collection[str] = (),
    headers: Mapping[str, object] | None = None,
    drop: Collection[str] = (),
) -> Raw:
    """Return the bytes of properties that a connection kept.

    The headers in ``without`` are left out and those in ``headers`` added, in place of others of the same name; the
    properties in ``drop`` are left out.
    """
    content: bytes = properties.raw
    unwanted, unreadable = {*without, *(headers or ())}, getattr(properties, "unreadable", False)
    if not unreadable:  # else nobody knows which there are
        unwanted &= (properties.headers or {}).keys()
    if not (unwanted or headers or unreadable or any(getattr(properties, name) is not None for name in drop)):
        return Raw(content)
    pieces = {name: piece for name, piece in split(content).items() if name not in drop}
    if unwanted or headers:
        kept = _without(pieces.get("headers", b"\0\0\0\0"), {name.encode() for name in unwanted})
        added: list[bytes] = []
        data.encode_table(added, headers or {})
        table = kept + b"".join(added[1:])
        pieces["headers"] = struct.pack(">I", len(table)) + table
    return Raw(joined(pieces))


def may_die(properties: Any) -> bool:
    """Tell whether a message may be dead-lettered.

    RabbitMQ 3.10 fails for the whole node where what clients wrote into ``x-death`` is not what it writes there itself.
    """
    content: bytes = properties.raw
    deaths = (properties.headers or {}).get("x-death")
    return b"x-death" not in content or (content.count(b"x-death") == 1 and _are_deaths(deaths))


def _are_deaths(deaths: object) -> bool:
    return isinstance(deaths, list) and all(
        isinstance(one, dict)
        and all(isinstance(one.get(name), str) for name in ("queue", "reason", "exchange"))
        and isinstance(one.get("count"), int)
        and isinstance(one.get("routing-keys"), list)
        and all(isinstance(key, str) for key in one["routing-keys"])
        for one in deaths
    )


def bare(properties: Any) -> Any:
    """Return properties that a connection kept, without the headers."""
    found: Any = BasicProperties(message_id=properties.message_id)
    found.unreadable, found.raw = False, raw(properties, drop=("headers",)).content
    return found


def split(content: bytes) -> dict[str, bytes]:
    """Return the bytes of each property that is there."""
    (flags,) = struct.unpack_from(">H", content)
    at, pieces = 2, {}
    for place, (name, kind) in enumerate(_PROPERTIES.items()):
        if flags & 1 << 15 - place:
            end = at + (kind or 1 + content[at])
            if kind == _TABLE:
                end = at + 4 + int(struct.unpack_from(">I", content, at)[0])
            pieces[name] = content[at:end]
            at = end
    return pieces


def joined(pieces: Mapping[str, bytes]) -> bytes:
    """Return the bytes of properties, of those of each: the opposite of ``split``."""
    flags = sum(1 << 15 - place for place, name in enumerate(_PROPERTIES) if name in pieces)
    return struct.pack(">H", flags) + b"".join(pieces[name] for name in _PROPERTIES if name in pieces)


def _without(table: bytes, names: Collection[bytes]) -> bytes:
    """Return the entries of an encoded table, without its length, but for those with these names."""
    at, kept = 4, b""
    while at < len(table):
        value = at + 1 + table[at]
        after = value + size_of(table, value)
        if table[at + 1 : value] not in names:
            kept += table[at:after]
        at = after
    return kept


def size_of(content: bytes, at: int) -> int:
    """Return the length of an encoded value with its type (RabbitMQ, «AMQP 0-9-1 Errata», section 3)."""
    kind = chr(content[at])
    if kind in "SxAF":
        (length,) = struct.unpack_from(">I", content, at + 1)
        return 5 + int(length)
    return 1 + _WIDTHS[kind]
