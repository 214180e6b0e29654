"""What boxes and lines stand for, in rows under a picture, and what is left out of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args
from xml.etree import ElementTree

from edatool.frozen import frozen
from edatool.render.graph.layout.values import Point, Rectangle
from edatool.render.graph.lines import Line, kinds
from edatool.render.graph.shapes import arrow, number, outline
from edatool.render.graph.text import SMALL, put_text, text_width
from edatool.render.graph.words import BOXES, LINES, SIGNS
from edatool.render.xml import element
from edatool.routing.graph.graph import Graph, Mark, NodeKind

_ROW = 24.0
_SWATCH = 30.0
_APART = 14.0


class Entry(NamedTuple):
    """What is explained, at its place: a box of a kind, or else a line."""

    looks: str
    words: str
    box: NodeKind | None
    at: Point = Point(0, 0)


@frozen
class Legend:
    """Entries at their places, notes below them, and the room that all of it takes."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    width: float
    height: float


def legend_of(graph: Graph, lines: Sequence[Line], width: float) -> Legend:
    """Lay out what has to be explained of a picture of this width."""
    entries: list[Entry] = []
    x = y = 0.0
    for one in _entries(graph, lines):
        needed = _SWATCH + _APART + text_width(one.words, SMALL)
        if x and x + needed > width:
            x, y = 0.0, y + _ROW
        entries.append(one._replace(at=Point(x, y)))
        x += needed + _APART
    widest = max(width, *(text_width(note, SMALL) for note in graph.notes), 0.0)
    return Legend(tuple(entries), graph.notes, widest, y + _ROW * (1 + len(graph.notes)))


def draw_legend(within: ElementTree.Element, legend: Legend) -> None:
    """Draw it."""
    for looks, words, box, (x, y) in legend.entries:
        group = element(within, "g", **{"class": looks})
        if box:
            element(group, "path", **{"class": "shape", "d": outline(box, Rectangle(x, y - 8, _SWATCH, 16))})
        else:
            element(group, "path", d=f"M{number(x)} {number(y)}h{number(_SWATCH - 4)}")
            element(group, "path", **{"class": "head", "d": arrow(Point(x + _SWATCH, y), 1)})
        put_text(within, "legend", Point(x + _SWATCH + 7, y + 4), words)
    first = legend.height - len(legend.notes) * _ROW
    for row, note in enumerate(legend.notes):
        put_text(within, "note", Point(0, first + row * _ROW), note)


def _entries(graph: Graph, lines: Sequence[Line]) -> Iterator[Entry]:
    alive = {one.looks for one in graph.nodes.values() if not one.dead}
    yield from (Entry(f"box {kind}", words, kind) for kind, words in BOXES.items() if kind in alive)
    if any(one.dead for one in graph.nodes.values()):
        yield Entry("box dead", "only for dead letters", "queue")
    yield from (Entry(f"line {kind}", LINES[kind], None) for kind in kinds(lines))
    marks = {one.mark for one in graph.nodes.values()} | {one.mark for one in lines}
    yield from (Entry(f"line {mark}", f"{SIGNS[mark]}{mark}", None) for mark in get_args(Mark) if mark in marks)
