"""A graph as SVG, laid out from left to right; light or dark as its reader has it."""

from collections.abc import Sequence
from xml.etree import ElementTree

from edatool.render.graph.layout.layout import layout
from edatool.render.graph.layout.values import Link, Page, Point, Rectangle, Side, Size
from edatool.render.graph.legend import draw_legend, legend_of
from edatool.render.graph.lines import Line, lines_of, shortened
from edatool.render.graph.shapes import CAP, arrow, number, outline, path_of
from edatool.render.graph.style import STYLE
from edatool.render.graph.text import NAME, SMALL, put_text, text_width
from edatool.render.graph.words import about, about_line, inventory, title_of
from edatool.render.xml import element, root, set_text
from edatool.routing.graph.graph import EdgeKind, Graph, Node
from edatool.visible import visible

_LINE_HEIGHT = 15.0
_PADDING = 9.0
_MARGIN = 24.0
_HEAD = 40.0
_NARROWEST = 420.0
_TO_ONE: tuple[EdgeKind, ...] = ("dead_letter", "alternate", "sends", "reads")
"""Lines that are gathered before where they lead, and not spread from where they begin."""


def svg(graph: Graph) -> str:
    """Return a picture without scripts, links or anything from elsewhere; it may stand in a page of HTML as it is.

    Each box is a ``g`` with ``data-kind`` and ``data-name``, each line one with ``data-from`` and ``data-to``.
    """
    lines = lines_of(graph)
    page = layout({key: _box_size(one) for key, one in graph.nodes.items()}, [_link(line) for line in lines])
    legend = legend_of(graph, lines, max(page.width, _NARROWEST))
    width, height = legend.width + 2 * _MARGIN, _HEAD + page.height + 2 * _MARGIN + legend.height
    whole = root(
        "svg",
        **{"xmlns": "http://www.w3.org/2000/svg", "class": "edatool-graph", "role": "img"},
        width=number(width),
        height=number(height),
        viewBox=f"0 0 {number(width)} {number(height)}",
        **{"aria-label": f"{graph.name}: {inventory(graph)}"},
    )
    _says(whole, "title", graph.name)
    _says(whole, "desc", f"{inventory(graph)}. " + ". ".join(map(about_line, lines[:50])))
    _says(whole, "style", STYLE)
    element(whole, "rect", **{"class": "page", "width": "100%", "height": "100%", "rx": "8"})
    put_text(whole, "heading", Point(_MARGIN, _MARGIN + 6), graph.name)
    drawn = element(whole, "g", transform=f"translate({number(_MARGIN)} {number(_HEAD + _MARGIN / 2)})")
    _lines(drawn, lines, page)
    for key, one in graph.nodes.items():
        _box(drawn, one, page.boxes[key])
    _labels(drawn, lines, page)
    below = _HEAD + page.height + 1.5 * _MARGIN
    draw_legend(element(whole, "g", transform=f"translate({number(_MARGIN)} {number(below)})"), legend)
    ElementTree.indent(whole, "")  # a line for each element, so that two pictures can be compared
    return ElementTree.tostring(whole, encoding="unicode") + "\n"


def _box_size(one: Node) -> Size:
    texts = [(title_of(one), NAME), *((shortened(text), SMALL) for text in one.details)]
    width = max(text_width(text, size) for text, size in texts)
    return Size(
        width + 2 * _PADDING + (CAP + 4 if one.looks in ("queue", "retry") else 8), _LINE_HEIGHT * len(texts) + 13
    )


def _link(line: Line) -> Link:
    at: Side = "source" if line.kind in _TO_ONE else "target"
    return Link(line.source, line.target, (line.kind, line.mark, line.pale), _label_size(line), at)


def _label_size(line: Line) -> Size | None:
    texts = _texts(line)
    if not texts:
        return None
    return Size(max(text_width(text, SMALL) for _, text in texts) + 14, _LINE_HEIGHT * len(texts) + 5)


def _texts(line: Line) -> list[tuple[str, str]]:
    """Return what stands on a line, each with its class."""
    rates = [line.rate] if line.rate else []
    parts = (("key", line.words), ("condition", line.condition), ("rate", rates))
    return [(kind, text) for kind, texts in parts for text in texts]


def _lines(within: ElementTree.Element, lines: Sequence[Line], page: Page) -> None:
    """Draw each part of a line once, where several have a part in common: dashes would fill each other's gaps."""
    drawn: set[object] = set()
    for line, way in zip(lines, page.ways, strict=True):
        group = element(within, "g", **{"class": _classes("line", line.kind, line.mark, line.pale)})
        group.set("data-from", visible(f"{line.source.kind} {line.source.name}"))
        group.set("data-to", visible(f"{line.target.kind} {line.target.name}"))
        _says(group, "title", about_line(line))
        element(group, "path", d=path_of(way, drawn))
        head, tail = way.points[-1], way.points[-2]
        itself = line.source == line.target
        element(group, "path", **{"class": "head", "d": arrow(head, -1 if head.x < tail.x else 1, down=itself)})
        if line.kind == "retry":
            element(group, "path", **{"class": "head", "d": arrow(way.points[0], -1)})


def _box(within: ElementTree.Element, one: Node, place: Rectangle) -> None:
    group = element(within, "g", **{"class": _classes("box", "dead" if one.dead else one.looks, one.mark, one.pale)})
    group.set("data-kind", one.id.kind)
    group.set("data-name", visible(one.id.name))
    _says(group, "title", about(one))
    for shift in (6, 3)[: 2 * (one.count > 1)]:
        element(group, "path", **{"class": "shape", "d": outline(one.looks, place._replace(y=place.y + shift))})
    element(group, "path", **{"class": "shape", "d": outline(one.looks, place)})
    x, y = place.x + (place.width - (CAP if one.looks in ("queue", "retry") else 0)) / 2, place.y + 19
    put_text(group, "name", Point(x, y), title_of(one))
    for row, detail in enumerate(one.details, start=1):
        put_text(group, "detail", Point(x, y + row * _LINE_HEIGHT), shortened(detail))


def _labels(within: ElementTree.Element, lines: Sequence[Line], page: Page) -> None:
    for line, way in zip(lines, page.ways, strict=True):
        if way.label is None:
            continue
        place = way.label
        group = element(within, "g", **{"class": _classes("label", line.kind, line.mark, line.pale)})
        _says(group, "title", about_line(line))
        corner, size = {"x": place.x, "y": place.y}, {"width": place.width, "height": place.height}
        element(group, "rect", rx="5", **{name: number(value) for name, value in (corner | size).items()})
        for row, (kind, text) in enumerate(_texts(line)):
            put_text(group, kind, Point(place.x + 7, place.y + 14 + row * _LINE_HEIGHT), text)


def _says(within: ElementTree.Element, tag: str, text: str) -> None:
    set_text(element(within, tag), text)


def _classes(*words: str | bool | None) -> str:
    """Return the classes of something: a last word of True is pale."""
    return " ".join(word if isinstance(word, str) else "pale" for word in words if word)
