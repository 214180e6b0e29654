"""Boxes and links to a page."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from edatool.render.graph.layout.heights import heights
from edatool.render.graph.layout.layers import Layers, layers
from edatool.render.graph.layout.order import order
from edatool.render.graph.layout.values import Key, Link, Page, Point, Rectangle, Size, Way

_GAP = 22.0
"""Between layers where lines go straight on; half of it beside one in which no line has words."""
_WIDEST_GAP = 150.0
_SLOPE = 0.12
_PORT = 9.0
"""Between lines that come to one side of a box."""


def layout(boxes: Mapping[Key, Size], links: Sequence[Link]) -> Page:
    """Lay out boxes and links between them; the same ones are always laid out the same."""
    made = layers(boxes, links)
    order(made)
    middles = heights(made)
    columns = _columns(made, middles)
    places = [_placed(made, item, columns, middles) for item in range(len(made.sizes))]
    ports = _ports(made, places)
    ways = []
    for link, chain, label in zip(links, made.chains, made.labels, strict=True):
        points = _points(chain, places, columns, made, ports)
        backwards = made.boxes[link.source] != chain[0]
        ways.append(Way(tuple(points[::-1] if backwards else points), None if label is None else places[label]))
    return Page(
        {key: places[item] for key, item in made.boxes.items()},
        tuple(ways),
        max((x + width for x, width in columns), default=0),
        max((place.y + place.height for place in places), default=0),
    )


def _columns(made: Layers, middles: Sequence[float]) -> list[tuple[float, float]]:
    """Return where the column of each layer begins, and how wide it is; steep lines get more room."""
    columns: list[tuple[float, float]] = []
    x = 0.0
    widths = [max((made.sizes[item].width for item in layer), default=0.0) for layer in made.layers]
    for layer, width, following in zip(made.layers, widths, [*widths[1:], 0.0], strict=True):
        columns.append((x, width))
        steepest = max((abs(middles[item] - middles[one]) for item in layer for one in made.right[item]), default=0.0)
        x += width + min(_WIDEST_GAP, (_GAP if width and following else _GAP * 0.6) + _SLOPE * steepest)
    return columns


def _placed(made: Layers, item: int, columns: Sequence[tuple[float, float]], middles: Sequence[float]) -> Rectangle:
    """Return the place of an item; boxes are as wide as their column."""
    size, (x, width) = made.sizes[item], columns[made.rank[item]]
    return Rectangle(x, middles[item] - size.height / 2, width if made.is_box(item) else size.width, size.height)


def _ports(made: Layers, places: Sequence[Rectangle]) -> dict[tuple[int, int], float]:
    """Return how high up the line from one item to the next leaves it, or comes to it."""
    found: dict[tuple[int, int], float] = {}
    for item, place in enumerate(places):
        for neighbours in (made.left[item], made.right[item]):
            apart = min(_PORT, (place.height - 14) / max(1, len(neighbours) - 1)) if made.is_box(item) else 0.0
            first = place.middle - apart * (len(neighbours) - 1) / 2
            for number, one in enumerate(sorted(neighbours, key=lambda one: places[one].middle)):
                found[item, one] = first + number * apart
    return found


def _points(
    chain: Sequence[int],
    places: Sequence[Rectangle],
    columns: Sequence[tuple[float, float]],
    made: Layers,
    ports: Mapping[tuple[int, int], float],
) -> list[Point]:
    if len(chain) == 1:
        place = places[chain[0]]
        return [Point(place.x + place.width * part, place.y) for part in (0.7, 0.8)]
    found = []
    for one, other in pairwise(chain):
        # The end of the column and not of the words in it, whose neighbours may be longer.
        end = sum(columns[made.rank[one]])
        found += [Point(end, ports[one, other]), Point(places[other].x, ports[other, one])]
    return found
