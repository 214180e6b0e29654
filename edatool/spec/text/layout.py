"""Where everything in a YAML text begins and ends, to the character: what edits of the text go by."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import field
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from edatool.findings import Position
from edatool.frozen import frozen
from edatool.spec.text.lines import LINE_BREAK
from edatool.spec.yaml_document import Path, TextPlace

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Of the typed stubs' classes it would be unknown that they have marks.
_ENDS: Any = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


class Node(NamedTuple):
    """A value in a text: its first character, the one behind its last, and what is in it.

    ``style`` is the sign that a scalar begins with: a quote, ``|`` or ``>``, ``*`` of an alias, nothing if it is plain.
    """

    start: int
    end: int
    parts: "list[Part] | None" = None
    flow: bool = False
    style: str = ""


class Part(NamedTuple):
    """A value with its key, or an item of a list, which has none; and the key's text, or the item's number."""

    name: str | int
    key: Node | None
    value: Node

    @property
    def start(self) -> int:
        """Where its first character is."""
        return self.key.start if self.key else self.value.start


class Found(NamedTuple):
    """A part of a text, its path, and what it is part of: which of how many parts."""

    path: Path
    part: Part
    among: list[Part]
    number: int
    flow: bool


@frozen
class Layout:
    """A text, the root of what is in it, and the number of the first character of each line."""

    text: str
    root: Node
    lines: list[int]
    found: dict[tuple[bool, int], Found] = field(default_factory=dict)

    def position(self, file: str, index: int) -> Position:
        """Return the line and column of a character."""
        return Position(file, self.line(index), self.column(index))

    def line(self, index: int) -> int:
        """Return the line of a character."""
        return bisect_right(self.lines, index)

    def column(self, index: int) -> int:
        """Return the column of a character."""
        return index - self.lines[self.line(index) - 1] + 1

    def index(self, line: int, column: int) -> int:
        """Return the number of the character at a line and column."""
        return self.lines[line - 1] + column - 1

    def at(self, place: TextPlace) -> Found | None:
        """Return what has this place: the item of a list, or a value with its key."""
        if not self.found:
            self.found.update(_found(self.root, ()))
        return self.found.get((place.key == place.at, self.index(place.key_line, place.key_column)))


@lru_cache(maxsize=4)
def layout(text: str) -> Layout:
    """Return where everything in a YAML text stands; only the first document counts.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
    root = next((_node(one, events, text) for one in events if isinstance(one, yaml.NodeEvent)), Node(0, 0))
    return Layout(text, root, [0, *(match.end() for match in LINE_BREAK.finditer(text))])


def _node(event: Any, events: Iterator[Any], text: str) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.AliasEvent):
        return Node(start, end, style="*")
    if isinstance(event, yaml.ScalarEvent):
        return Node(start, _end(text, start, end, event.style or ""), style=event.style or "")
    parts: list[Part] = []
    while not isinstance(one := next(events), _ENDS):
        if isinstance(event, yaml.SequenceStartEvent):
            parts.append(Part(len(parts), None, _node(one, events, text)))
        else:
            name = one.value if isinstance(one, yaml.ScalarEvent) else "?"
            parts.append(Part(name, _node(one, events, text), _node(next(events), events, text)))
    end = one.end_mark.index if event.flow_style else parts[-1].value.end
    return Node(start, end, parts, bool(event.flow_style))


def _end(text: str, start: int, end: int, style: str) -> int:
    """Return where a scalar ends: the mark behind one that begins with | or > is that of what comes next."""
    if style in ("|", ">") and "+" in text[start : text.find("\n", start)].partition("#")[0]:
        return end  # all the lines behind it belong to it
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _found(node: Node, path: Path) -> Iterator[tuple[tuple[bool, int], Found]]:
    for number, part in enumerate(node.parts or ()):
        here = (*path, part.name)
        yield (part.key is None, part.start), Found(here, part, node.parts or [], number, node.flow)
        yield from _found(part.value, here)
