"""A place in a line of a file, as compilers show it: the line, and below it a mark under the place."""

import re
from unicodedata import category, east_asian_width

from edatool.visible import visible

_TAB = 4
_CUT = "..."
_VALUE = re.compile(r"""\"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,:\[\]{}"']+(?::[^\s,\[\]{}"']+)*""")
"""What stands at a place: a text in quotes, or what YAML and JSON take for one word."""


def extent(line: str, column: int) -> int:
    """Return over how many characters of a line a mark from a column on goes, at least one."""
    found = _VALUE.match(line, column - 1)
    return len(found[0]) if found else 1


def excerpt(line: str, column: int, room: int) -> tuple[str, str]:
    """Return what is to be seen of a line in so many cells of a terminal, and the mark that belongs below it."""
    before, place, after = _parts(line, column, room)
    before = before if _cells(before) + _cells(place + after) <= room else _end_of(before, room // 2)
    rest = _start_of(place + after, room - _cells(before))
    marked = min(_cells(place), _cells(rest))
    return before + rest, " " * _cells(before) + "^" * max(marked, 1)


def _parts(line: str, column: int, room: int) -> tuple[str, str, str]:
    """Return what is before, at and behind a place, made visible; of a line that is very long only what is near."""
    start = max(0, column - 1 - 2 * room)
    near = line[start : column + 2 * room]
    first = len(near[: column - 1 - start].expandtabs(_TAB))
    whole = near.expandtabs(_TAB).rstrip()
    rest, after = _visible_from(whole, first), _visible_from(whole, first + extent(near, column - start))
    seen = _visible_from(whole, 0)
    return seen[: len(seen) - len(rest)], rest[: len(rest) - len(after)], after


def _visible_from(line: str, start: int) -> str:
    # Visible is decided by what follows, so that the end of a line is the same in all of it; no line begins with it.
    return visible(f"|{line[start:]}")[1:]


def _end_of(text: str, room: int) -> str:
    """Return as much of the end of a text as there is room for."""
    while text and _cells(text) > room:
        text = _CUT + text.removeprefix(_CUT)[1:]
        if text == _CUT:
            break
    return text


def _start_of(text: str, room: int) -> str:
    """Return as much of the start of a text as there is room for."""
    if _cells(text) <= room:
        return text
    while text and _cells(text) > room - len(_CUT):
        text = text[:-1]
    return text + _CUT


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(one: str) -> int:
    if category(one) in ("Mn", "Me"):  # an accent on what stands before it
        return 0
    return 2 if east_asian_width(one) in "WF" else 1
