"""Which of many intervals a number lies in.

The bounds divide all numbers into places: each bound is one, and so is what lies between two of them. Over the places
stands a tree, and an interval hangs at the few nodes under which all places are its own: it is found from any of them
on the way up. A node has many below it, so that the way is short.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from edatool.filters.pattern import Numeric
from edatool.frozen import frozen

T = TypeVar("T")
U = TypeVar("U")

Bound = tuple[int | float, int]
"""A number, and 0 or 1 for where it counts: the bound passes everything after (number, 0 or 1)."""
Span = tuple[Bound, Bound]

_BELOW = 16
"""So many nodes are below each."""
_INFINITY = float("inf")
_LOWEST: Bound = (-_INFINITY, 0)
_HIGHEST: Bound = (_INFINITY, 1)
_NOT_A_NUMBER: Span = (_HIGHEST, (_INFINITY, 2))
"""NaN is unequal to all numbers, and neither below nor above any."""


def interval(one: Numeric) -> Span | None:
    """Return the bounds of a comparison, None where it is no interval of exact numbers."""
    low, high = _LOWEST, _HIGHEST
    if one.double or any(sign == "!=" for sign, _ in one.comparisons):
        return None
    for sign, number in one.comparisons:
        if sign in (">", ">=", "="):
            low = max(low, (number, int(sign == ">")))
        if sign in ("<", "<=", "="):
            high = min(high, (number, int(sign != "<")))
    return low, high


def spans(one: Numeric) -> list[Span]:
    """Return the intervals of which a comparison asks for any."""
    within = tuple((sign, number) for sign, number in one.comparisons if sign != "!=")
    found = interval(Numeric(within))
    assert found
    (low, high), parts = found, []
    for cut in sorted(number for sign, number in one.comparisons if sign == "!="):
        parts.append((low, min(high, (cut, 0))))
        low = max(low, (cut, 1))
    parts.append((low, high))
    return [(low, high) for low, high in parts if low < high] + ([] if within else [_NOT_A_NUMBER])


@frozen
class Intervals(Generic[T]):
    """Intervals laid out; ``bounds`` are all their finite bounds in order, ``tree`` has what hangs at the nodes.

    Its first row are the places, and each further one the nodes above those of the row before, up to a single one.
    """

    bounds: Sequence[int | float]
    tree: Sequence[Sequence[T | None]]

    def around(self, number: int | float) -> list[T]:
        """Return what hangs over a number."""
        bounds = self.bounds
        place = bisect_left(bounds, number)
        if place < len(bounds) and bounds[place] == number:
            place += place + 1
        else:
            place = place * 2 if number == number else 2 * len(bounds) + 1  # noqa: PLR0124 - NaN is not
        found = []
        for row in self.tree:
            hanging = row[place]
            if hanging is not None:
                found.append(hanging)
            place //= _BELOW
        return found

    def around_double(self, number: int | float) -> list[T]:
        """Return what hangs over a number as one of 64 bits; nothing where it is too large."""
        try:
            return self.around(float(number))
        except OverflowError:
            return []


def intervals(given: Iterable[tuple[Span, U]], pack: Callable[[list[U]], T]) -> Intervals[T]:
    """Lay out intervals; ``pack`` makes one of all that hangs at one node."""
    given = list(given)
    bounds = sorted({number for span, _ in given for number, _ in span if abs(number) != _INFINITY})

    def place(bound: Bound) -> int:
        number, after = bound
        if number == -_INFINITY:
            return 0
        return 2 * bisect_left(bounds, number) + (after if number == _INFINITY else 1 + after)

    rows: list[list[list[U]]] = [[[] for _ in range(2 * len(bounds) + 2)]]
    while len(rows[-1]) > 1:
        rows.append([[] for _ in range(0, len(rows[-1]), _BELOW)])
    for (low, high), one in given:
        _hang(one, place(low), place(high), rows)
    return Intervals(bounds, [[pack(hanging) if hanging else None for hanging in row] for row in rows])


def _hang(one: U, start: int, end: int, rows: Sequence[Sequence[list[U]]]) -> None:
    """Add an interval to the nodes under which all places are its own: those from ``start`` to before ``end``."""
    for row in rows:
        while start < end and start % _BELOW:
            row[start].append(one)
            start += 1
        while start < end and end % _BELOW:
            end -= 1
            row[end].append(one)
        start, end = start // _BELOW, end // _BELOW


class Crowd:
    """How many intervals there are about a place."""

    def __init__(self, given: Iterable[tuple[Span, int]]) -> None:
        given = list(given)
        self._lows = sorted(low for (low, _), times in given for _ in range(times))
        self._highs = sorted(high for (_, high), times in given for _ in range(times))

    def beside(self, span: Span) -> int:
        """Return how many lie about the end of an interval: how many are likely to be found with it."""
        low, high = span
        if low != _LOWEST:
            return bisect_right(self._lows, low) - bisect_right(self._highs, low)
        return bisect_left(self._lows, high) - bisect_left(self._highs, high)
