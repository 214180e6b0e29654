"""Sections in the order of the reference, and the lines that belong to each."""

from typing import NamedTuple

from edatool.spec.format import ROUTES
from edatool.spec.text.layout import Layout, Part, layout

_ORDER = {name: number for number, name in enumerate(ROUTES.fields)}


class Section(NamedTuple):
    """A section: the number of its first line, which may be a comment, and of the one behind its last; both from 0.

    It is ``long`` where more than one line is no comment above it.
    """

    name: str
    start: int
    end: int
    long: bool


def in_order(text: str) -> str:
    """Return a text with its sections in the order of the reference; as it is where it has other keys.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    sections = sections_of(layout(text))
    names = {one.name for one in sections}
    if not sections or not names <= set(_ORDER) or len(names) < len(sections):
        return text
    lines = text.splitlines(keepends=True)
    ordered = [line for one in sorted(sections, key=_place) for line in lines[one.start : one.end]]
    return "".join([*lines[: sections[0].start], *ordered, *lines[sections[-1].end :]])


def _place(section: Section) -> int:
    return _ORDER[section.name]


def sections_of(laid_out: Layout) -> list[Section]:
    """Return the sections of a text; none where it is no mapping with a line for each key.

    A comment that is not indented belongs to the section below it, but for those above the first one, which are about
    the file. What is below the last section belongs to none.
    """
    root = laid_out.root
    parts = root.parts or []
    if not parts or root.flow or any(part.key is None or laid_out.column(part.start) != 1 for part in parts):
        return []
    lines = laid_out.text.splitlines()
    sections: list[Section] = []
    for part, below in zip(parts, [*parts[1:], None], strict=True):
        key = laid_out.line(part.start) - 1
        most = laid_out.line(below.start) - 1 if below else len(lines)
        end = _end(lines, laid_out.line(_last(part)), most)
        sections.append(Section(str(part.name), sections[-1].end if sections else key, end, end - key > 1))
    return sections


def _last(part: Part) -> int:
    return max(part.start, part.value.end - 1)


def _end(lines: list[str], end: int, most: int) -> int:
    """Return where a section ends whose last value ends before line ``end``: indented comments below are its own."""
    for number in range(end, most):
        if lines[number].startswith((" ", "\t")) and lines[number].strip():
            end = number + 1
    return end
