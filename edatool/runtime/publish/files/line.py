"""Payloads as files hold them: one in each line, or one in a whole file."""

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from edatool.contracts.payload import parse
from edatool.contracts.violation import Violation
from edatool.errors import WrongUsage
from edatool.frozen import frozen

LONGEST = 16 * 2**20
"""The bytes of a line that are read; what is longer is over the limit of a payload anyway, and is cut off."""


# A tuple, as one is made for every message.
class PayloadLine(NamedTuple):
    """A payload as it stands in a file.

    ``number`` counts the lines of the file, None where the whole file is the payload. The others count from the start
    of the run, over all files: ``position`` the lines, ``end`` the bytes; ``checksum`` is the CRC-32 of all of them.
    """

    file: str
    number: int | None
    text: bytes
    position: int
    end: int
    checksum: int

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return self.file if self.number is None else f"{self.file}:{self.number}"


@frozen
class PayloadFile:
    """A file to read payloads from: one in each line, or ``whole``."""

    name: str
    stream: BinaryIO
    whole: bool = False


def lines_of(sources: Iterable[PayloadFile]) -> Iterator[PayloadLine]:
    """Yield the payloads of files, one after the other; empty lines are left out, and counted.

    Raises:
        WrongUsage: a file cannot be read to its end.
    """
    position = end = checksum = 0
    for source in sources:
        for number, raw in enumerate(_pieces(source), 1):
            position, end, checksum = position + 1, end + len(raw), zlib.crc32(raw, checksum)
            text = raw.strip()
            if text or source.whole:
                yield PayloadLine(source.name, None if source.whole else number, text, position, end, checksum)


def holds_lines(text: bytes) -> bool:
    """Say whether what was taken for one payload is several, one in each line."""
    first = [line for line in text.split(b"\n", 3)[:3] if line.strip()][:2]
    return len(first) == 2 and not any(isinstance(parse(one), Violation) for one in first)


def after(lines: Iterator[PayloadLine], position: int, checksum: int) -> Iterator[PayloadLine]:
    """Return the lines behind one that was read in an earlier run; position 0 is the start.

    Raises:
        WrongUsage: the input up to there is not what it was.
    """
    found = next((line for line in lines if line.position >= position), None) if position else None
    if position and (found is None or (found.position, found.checksum) != (position, checksum)):
        raise WrongUsage(f"the first {position} lines are not those that were published before: give the same input")
    return lines


def _pieces(source: PayloadFile) -> Iterator[bytes]:
    try:
        if source.whole:
            yield source.stream.read()
            return
        while raw := source.stream.readline(LONGEST):
            yield raw
            while len(raw) == LONGEST and not raw.endswith(b"\n"):
                raw = source.stream.readline(LONGEST)
    except OSError as error:
        raise WrongUsage(f"{source.name} cannot be read: {error.strerror}") from None
