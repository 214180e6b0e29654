"""A message's properties, sent on byte by byte as they came.

pika decodes fewer types of header values than there are, and makes integers of floats; what is only sent on needs no
decoding.
"""

import struct
from dataclasses import dataclass
from typing import Any, ClassVar

from pika import BasicProperties, frame, spec

_WIDTHS = dict.fromkeys("tbB", 1) | dict.fromkeys("su", 2) | dict.fromkeys("Iif", 4) | dict.fromkeys("lLdT", 8)
_WIDTHS |= {"D": 5, "V": 0}


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of properties, in the place of pika's ``BasicProperties`` to publish with."""

    content: bytes
    INDEX: ClassVar[int] = BasicProperties.INDEX

    def encode(self) -> list[bytes]:
        """Return the pieces of a content header (AMQP 0-9-1, section 4.2.6.1)."""
        return [self.content]


def keep_raw(connection: Any) -> None:
    """Have a pika connection keep the bytes of the properties that it reads, for ``raw``."""
    read = connection._read_frame

    def read_and_keep() -> tuple[int, Any]:
        size, one = read()
        if isinstance(one, frame.Header):
            start = spec.FRAME_HEADER_SIZE + 12  # class, weight and body size come before the properties
            one.properties.raw = bytes(connection._frame_buffer[start : size - spec.FRAME_END_SIZE])
        return size, one

    connection._read_frame = read_and_keep


def raw(properties: Any, *, without: str) -> Raw:
    """Return the bytes of properties that a connection kept, without the header ``without``."""
    content: bytes = properties.raw
    if without in (properties.headers or {}):
        content = _without(content, without.encode())
    return Raw(content)


def _without(content: bytes, name: bytes) -> bytes:
    """Cut a header out of encoded properties: flags, two optional short strings, then the table of headers."""
    (flags,) = struct.unpack_from(">H", content)
    start = 2
    for flag in (BasicProperties.FLAG_CONTENT_TYPE, BasicProperties.FLAG_CONTENT_ENCODING):
        if flags & flag:
            start += 1 + content[start]
    (length,) = struct.unpack_from(">I", content, start)
    first, kept = start + 4, b""
    at, end = first, first + length
    while at < end:
        value = at + 1 + content[at]
        after = value + _size_of(content, value)
        if content[at + 1 : value] != name:
            kept += content[at:after]
        at = after
    return content[:start] + struct.pack(">I", len(kept)) + kept + content[end:]


def _size_of(content: bytes, at: int) -> int:
    """Return the length of an encoded value with its type (RabbitMQ, «AMQP 0-9-1 Errata», section 3)."""
    kind = chr(content[at])
    if kind in "SxAF":
        (length,) = struct.unpack_from(">I", content, at + 1)
        return 5 + int(length)
    return 1 + _WIDTHS[kind]
