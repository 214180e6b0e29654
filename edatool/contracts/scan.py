"""Where things stand in a JSON text: the value and the key of every path, in reading order."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from edatool.contracts.pointer import Path

# The closing quote is optional so that an unterminated string is one piece and never searched again.
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"?'
_TOKEN = re.compile(rf'{_STRING}|[\[\]{{}},:]|[^\s\[\]{{}},:"]+', re.DOTALL)
_BRACKET = re.compile(rf"{_STRING}|[\[\]{{}}]", re.DOTALL)


# A tuple, as one is made for every value.
class JsonSpot(NamedTuple):
    """A value or a key of a JSON text: its path, its offset, its text (``[`` and ``{`` for containers)."""

    path: Path
    offset: int
    piece: str
    is_key: bool


def spots(text: str) -> Iterator[JsonSpot]:
    """Yield keys and values in reading order; right up to the first place where ``text`` is not JSON."""
    inside: list[str | int] = []
    key_comes = False
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in "]}":
            inside = inside[:-1]
            key_comes = False
        elif piece == ",":
            key_comes = bool(inside) and isinstance(inside[-1], str)
            inside[-1:] = [part if isinstance(part, str) else part + 1 for part in inside[-1:]]
        elif piece == ":":
            key_comes = False
        else:
            if key_comes:
                inside[-1] = _unquoted(piece)
            yield JsonSpot(tuple(inside), match.start(), piece, key_comes)
            if piece in "[{":
                inside.append(0 if piece == "[" else "")
                key_comes = piece == "{"


def too_deep(text: str, max_depth: int) -> int | None:
    """Return the offset of the first bracket that opens a level below ``max_depth``, None without one."""
    if text.count("[") + text.count("{") <= max_depth:
        return None
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[0] in "[{":
            depth += 1
        elif match[0] in "]}":
            depth -= 1
        if depth > max_depth:
            return match.start()
    return None


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of a character, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def locate(text: str, path: Path) -> tuple[int, int]:
    """Return line and column of the value at ``path`` in a JSON text, or of the nearest value around it."""
    offsets = _offsets(text)
    while path and path not in offsets:
        path = path[:-1]
    return line_column(text, offsets.get(path, 0))


# The findings of a file come together, so one text is asked for many paths in a row.
@lru_cache(maxsize=4)
def _offsets(text: str) -> dict[Path, int]:
    return {spot.path: spot.offset for spot in spots(text) if not spot.is_key}


def _unquoted(piece: str) -> str:
    if "\\" not in piece:
        return piece.strip('"')
    try:
        return str(json.loads(piece))
    except ValueError:
        return piece
