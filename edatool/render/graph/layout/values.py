"""What is laid out, and where it came to stand."""

from collections.abc import Hashable, Mapping
from typing import Literal, NamedTuple

from edatool.frozen import frozen

Key = Hashable
Side = Literal["source", "target"]


class Size(NamedTuple):
    """How much room something takes, in pixels."""

    width: float
    height: float


class Rectangle(NamedTuple):
    """A place on the page, from its left upper corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The height at which lines come and go."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width


class Point(NamedTuple):
    """A place on the page."""

    x: float
    y: float


@frozen
class Link:
    """A line to be laid out.

    ``label`` is the room that its words take, which stand beside its ``at``. Lines of one ``bundle`` that leave
    (``at`` target) or come to (``at`` source) the same box are one line as far as they have one way.
    """

    source: Key
    target: Key
    bundle: Key
    label: Size | None = None
    at: Side = "target"


@frozen
class Way:
    """A line that was laid out: from its source to its target, by straight and curved parts in turn.

    Points come in pairs: between two of a pair it is curved, and between pairs it goes straight. One pair alone is that
    of a line from a box to itself.
    """

    points: tuple[Point, ...]
    label: Rectangle | None = None


@frozen
class Page:
    """Where all of it stands; ``ways`` are in the order of the links."""

    boxes: Mapping[Key, Rectangle]
    ways: tuple[Way, ...]
    width: float
    height: float
