"""The comments of a YAML text in which its authors ask edatool to ignore something."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import yaml

from edatool.frozen import frozen
from edatool.spec.text.lines import LINE_BREAK

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ASKS = re.compile(r"(?<!\S)#[ \t]*edatool:[ \t]*ignore\b([^\r\n]*)")
_ASKS = re.compile(r"(?<!\S)#[ \t]*edatool:[ \t]*ignore\b([^\r\n]*)")
_NOTHING = re.compile(r"\s*(#.*)?")
_BLOCK = ("|", ">")


@frozen
class Comment:
    """What stands behind ``# edatool: ignore``, where the comment begins, and the line that it is about.

    That is its own, or where it stands alone the next one that is more than a comment. All count from 1.
    """

    text: str
    line: int
    column: int
    about: int


def comments(text: str) -> Iterator[Comment]:
    """Yield these comments of a text that is known to be YAML; what looks like one within a string is none."""
    asking = list(_ASKS.finditer(text))
    if not asking:
        return
    lines, strings = LINE_BREAK.split(text), list(_strings(text))
    starts = [0, *(one.end() for one in LINE_BREAK.finditer(text))]
    for match in asking:
        before = bisect_right(strings, (match.start(), len(text)))
        if not before or strings[before - 1][1] <= match.start():
            line = bisect_right(starts, match.start())
            column = match.start() - starts[line - 1] + 1
            yield Comment(match[1].strip(), line, column, _about(lines, line, column))


def _strings(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each scalar begins and ends; behind the ``|`` of a block there may be a comment."""
    scalars: Iterator[Any] = (one for one in yaml.parse(text, Loader=_LOADER) if isinstance(one, yaml.ScalarEvent))
    for one in scalars:
        start, end = one.start_mark.index, one.end_mark.index
        header = LINE_BREAK.search(text, start, end) if one.style in _BLOCK else None
        yield header.start() if header else start, end


def _about(lines: list[str], line: int, column: int) -> int:
    if lines[line - 1][: column - 1].strip():
        return line
    below = range(line, len(lines))
    return next((number + 1 for number in below if not _NOTHING.fullmatch(lines[number])), line)
