"""Lines no wider than a terminal; names are not broken, so that they can be copied."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from edatool.visible import visible

WIDTH = 80
"""Where nobody says how wide it is."""
_NARROWEST = 16
_TOGETHER = re.compile(r" (?=\(\d+\))|(?<=--replace|--discard) |(?<=--allow-unroutable) |(?<=`edatool) ")
"""A space before a number, or in what is copied."""
_KEPT = "\0"


def wrapped(line: str, width: int, *, hanging: int = 4) -> list[str]:
    """Make a line visible, and break it at spaces; what is left of it begins so much further in."""
    line = visible(line)
    if len(line) <= width:
        return [line]
    # textwrap drops the spaces that a line begins with where its first word does not fit.
    start = len(line) - len(line.lstrip(" "))
    broken = wrap(
        _TOGETHER.sub(_KEPT, line[start:]),
        max(width, start + hanging + _NARROWEST),
        initial_indent=" " * start,
        subsequent_indent=" " * (start + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
    # Each again: what stands at the beginning now may be a command to a CI system there.
    return [visible(one.replace(_KEPT, " ")) for one in broken]


def in_columns(rows: Sequence[Sequence[str]], width: int, indent: int) -> Iterator[tuple[int, str]]:
    """Yield the lines of rows of cells, each with the number of its row; a cell that is too wide goes on below."""
    if not rows:
        return
    wanted = [max(len(visible(cell)) for cell in column) for column in zip(*rows, strict=True)]
    widths = _fitting(wanted, width - indent - 2 * (len(wanted) - 1))
    for number, row in enumerate(rows):
        cells = [wrapped(cell, own, hanging=0) for cell, own in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            line = "  ".join(part.ljust(own) for part, own in zip(parts, widths, strict=True))
            yield number, visible((" " * indent + line).rstrip())


def _fitting(wanted: Sequence[int], room: int) -> list[int]:
    """Return widths of columns that fit together: the widest give way."""
    found = list(wanted)
    while sum(found) > room and max(found) > _NARROWEST:
        widest = found.index(max(found))
        found[widest] -= 1
    return found
