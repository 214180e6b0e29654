"""Blank lines between sections, and no blanks that nobody sees."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import pairwise

from edatool.spec.canonical.sections import sections_of
from edatool.spec.text.layout import Layout, Node, layout


def trimmed(text: str) -> str:
    """Return a text without blanks at the ends of lines and without blank lines but for one where there were some.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    return _trimmed(layout(text), frozenset())


def spaced(text: str) -> str:
    """Return a text trimmed, with a blank line around each section of several lines.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    laid_out = layout(text)
    return _trimmed(laid_out, _apart(laid_out))


def _trimmed(laid_out: Layout, apart: AbstractSet[int]) -> str:
    inside = set(_inside(laid_out, laid_out.root))
    trimmed: list[str] = []
    blank = False
    for number, line in enumerate(laid_out.text.splitlines(keepends=True)):
        seen = line if number in inside else line.rstrip()
        if not seen:
            blank = True
            continue
        if trimmed and (blank or number in apart):
            trimmed.append(_break(trimmed[-1]))
        trimmed.append(seen if number in inside else seen + _break(line))
        blank = False
    return "".join(trimmed)


def _break(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _apart(laid_out: Layout) -> set[int]:
    """Return the first lines of sections that have a blank line above them."""
    sections = sections_of(laid_out)
    return {section.start for above, section in pairwise(sections) if section.long or above.long}


def _inside(laid_out: Layout, node: Node) -> Iterator[int]:
    """Yield the lines that belong to a text of several, where blanks may count."""
    if node.parts is None and node.end > node.start:
        first, last = laid_out.line(node.start), laid_out.line(node.end - 1)
        quoted, block = (node.style in signs for signs in (("'", '"'), ("|", ">")))
        yield from range(first - 1 if quoted else first, last if block else last - 1)
    for part in node.parts or ():
        if part.key:
            yield from _inside(laid_out, part.key)
        yield from _inside(laid_out, part.value)
