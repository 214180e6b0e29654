"""Plain values in which every one knows its place in the files that it was read from."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import NamedTuple

from edatool.findings import Position
from edatool.frozen import frozen

Path = tuple[str | int, ...]


# A tuple, as one is made for every value.
class TextPlace(NamedTuple):
    """Where a value and its key stand, and the places of what is in it.

    ``written`` is the text of a plain scalar that became something else than this text, and the comment behind
    nothing. What an alias stands for has the places of its anchor, which are the same objects. ``earlier`` is where it
    stands in a file that this one overrides.
    """

    file: str
    line: int
    column: int
    key_line: int
    key_column: int
    below: Mapping[str | int, "TextPlace"] = {}
    written: str | None = None
    earlier: "TextPlace | None" = None

    @property
    def at(self) -> Position:
        """Where the value stands."""
        return Position(self.file, self.line, self.column)

    @property
    def key(self) -> Position:
        """Where its key stands; where the value does, if it has none."""
        return Position(self.file, self.key_line, self.key_column)

    def positions(self) -> Iterator[Position]:
        """Yield where it stands, and all that is in it, with their keys."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one.at
            yield one.key
            waiting += one.below.values()


@frozen
class YamlDocument:
    """The plain value of one or more files, and the place of everything in it.

    ``whole`` is false where something could not be read that may say more. ``texts`` are those of the files, by name.
    """

    value: object
    places: TextPlace | None = None
    whole: bool = True
    texts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def where(self, path: Path) -> Position | None:
        """Return the position of the value at ``path``, or of the nearest thing around it."""
        place, _ = self._nearest(path)
        return place.at if place else None

    def where_key(self, path: Path) -> Position | None:
        """Return the position of the key at ``path``, or of the nearest thing around it."""
        place, _ = self._nearest(path)
        return place.key if place else None

    def written(self, path: Path) -> str | None:
        """Return how a value that is no string was written; None where nobody knows."""
        place, found = self._nearest(path)
        return place.written if place and found else None

    def place(self, path: Path) -> TextPlace | None:
        """Return the place of the value at exactly this path, None where nothing stands there."""
        place, found = self._nearest(path)
        return place if found else None

    def holds(self, path: Path) -> bool:
        """Whether something stands at exactly this path."""
        return self._nearest(path)[1]

    def _nearest(self, path: Path) -> tuple[TextPlace | None, bool]:
        place = self.places
        for part in path:
            below = place.below.get(part) if place else None
            if below is None:
                return place, False
            place = below
        return place, True


def nothing(file: str) -> YamlDocument:
    """Return a document of which nothing could be read."""
    return YamlDocument({}, TextPlace(file, 1, 1, 1, 1), whole=False)
