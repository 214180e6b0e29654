"""Messages as lines of JSON, from which they can be made again byte by byte."""

import errno
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from edatool.broker.consume.visit.visited import Visited
from edatool.broker.properties_json import Malformed, of_json, to_json
from edatool.errors import WrongUsage
from edatool.frozen import frozen

FORMAT_VERSION = 1


@frozen
class Recorded:
    """A message of a line: the bytes of its properties, and its body."""

    raw: bytes
    body: bytes


def record(visited: Visited) -> dict[str, Any]:
    """Return a message as JSON; the keys are part of the format, whose version is ``format_version``.

    A payload that is not UTF-8 stands as ``payload_base64``.
    """
    delivery = visited.delivery
    payload: dict[str, str]
    try:
        payload = {"payload": delivery.body.decode()}
    except UnicodeDecodeError:
        payload = {"payload_base64": b64encode(delivery.body).decode()}
    return {
        "format_version": FORMAT_VERSION,
        "exchange": delivery.exchange,
        "key": delivery.key,
        "properties": to_json(visited.raw),
        **payload,
    }


def recorded(line: bytes) -> Recorded | str:
    """Read a line; a string says why it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"it is not JSON: {error}"
    if not isinstance(found, dict) or found.get("format_version") != FORMAT_VERSION:
        return f"it is no message of format_version {FORMAT_VERSION}, as edatool dead-letters export writes it"
    match found:
        case {"payload": str(text)}:
            body = text.encode(errors="surrogatepass")
        case {"payload_base64": str(text)}:
            try:
                body = b64decode(text, validate=True)
            except ValueError:
                return "payload_base64 is not base64"
        case _:
            return "it has neither payload nor payload_base64"
    raw = of_json(found.get("properties"))
    return raw.why if isinstance(raw, Malformed) else Recorded(raw, body)


def begin_line(file: IO[bytes]) -> None:
    """End the last line of a file that is added to: its writer may have been killed within it.

    Raises:
        WrongUsage: it cannot be written.
    """
    with _writing(file):
        size = os.fstat(file.fileno()).st_size
        if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
            file.write(b"\n")


def write_line(file: IO[bytes], visited: Visited) -> None:
    """Append a message to a file: all of it, or nothing.

    Raises:
        WrongUsage: it cannot be written.
    """
    line = json.dumps(record(visited), ensure_ascii=False).encode() + b"\n"
    with _writing(file):
        written = file.write(line)
        if written < len(line):  # a disk takes what it has room for, and says nothing
            file.truncate(file.tell() - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def make_safe(file: IO[bytes]) -> None:
    """Have all that was written survive a crash.

    Raises:
        WrongUsage: the disk does not take it.
    """
    with _writing(file):
        os.fsync(file.fileno())


@contextmanager
def _writing(file: IO[bytes]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WrongUsage(f"{file.name} cannot be written: {error.strerror}") from None
