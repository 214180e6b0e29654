"""Outlines and lines as paths of SVG."""

from itertools import pairwise

from edatool.render.graph.layout.values import Point, Rectangle, Way
from edatool.routing.graph.graph import NodeKind

_ARROW = 8.0
CAP = 16.0
"""How much of a pipe is its end, on which nothing is to be written."""


def outline(kind: NodeKind, place: Rectangle) -> str:
    """Return the shape of a box: events are pills, exchanges hexagons, queues pipes, whoever takes part a rectangle."""
    left, top, right, bottom = place.x, place.y, place.right, place.y + place.height
    half = place.height / 2
    match kind:
        case "event":
            round_ = min(half, 19)
            return _rounded(place, round_)
        case "exchange":
            slant, middle = 11, place.middle
            points = ((left, middle), (left + slant, top), (right - slant, top), (right, middle))
            more = ((right - slant, bottom), (left + slant, bottom))
            return "M" + "L".join(_point(*one) for one in (*points, *more)) + "Z"
        case "queue" | "retry":
            bulge = CAP / 2
            body = f"M{_point(right - bulge, top)}H{number(left + bulge)}{_arc(bulge, half, left + bulge, bottom)}"
            end = f"H{number(right - bulge)}{_arc(bulge, half, right - bulge, top)}"
            return f"{body}{end}{_arc(bulge, half, right - bulge, bottom)}"
        case _:
            return _rounded(place, 6)


def path_of(way: Way, drawn: set[object]) -> str:
    """Return the parts of a way that are not drawn yet, and note them."""
    points = way.points
    if len(points) == 2:
        across = number(points[1].x - points[0].x)
        return f"M{_point(*points[0])}c0 -15 {across} -15 {across} 0"
    parts, at = [], None
    for index, (one, other) in enumerate(pairwise(points)):
        if (one, other) in drawn:
            continue
        drawn.add((one, other))
        if at != one:
            parts.append(f"M{_point(*one)}")
        if index % 2 or one.y == other.y:
            parts.append(f"L{_point(*other)}")
        else:
            half = (one.x + other.x) / 2
            parts.append(f"C{_point(half, one.y)} {_point(half, other.y)} {_point(*other)}")
        at = other
    return "".join(parts)


def arrow(tip: Point, direction: int, *, down: bool = False) -> str:
    """Return the head of a line that points to the right (1), to the left (-1) or down."""
    if down:
        return f"M{_point(*tip)}l-4 {-_ARROW:g}h8z"
    return f"M{_point(*tip)}l{-direction * _ARROW:g} -4v8z"


def number(value: float) -> str:
    """Return a number with as many digits as can be seen."""
    return f"{value:.1f}".removesuffix(".0")


def _point(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"


def _arc(rx: float, ry: float, x: float, y: float) -> str:
    return f"A{number(rx)} {number(ry)} 0 0 0 {_point(x, y)}"


def _rounded(place: Rectangle, radius: float) -> str:
    width, height = number(place.width - 2 * radius), number(place.height - 2 * radius)
    r = number(radius)
    return (
        f"M{_point(place.x + radius, place.y)}h{width}a{r} {r} 0 0 1 {r} {r}v{height}a{r} {r} 0 0 1 -{r} {r}"
        f"h-{width}a{r} {r} 0 0 1 -{r} -{r}v-{height}a{r} {r} 0 0 1 {r} -{r}z"
    )
