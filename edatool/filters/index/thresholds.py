"""Bitmaps of intervals: which of them a number lies in, found by two binary searches."""

from bisect import bisect_right
from collections.abc import Iterable

from edatool.filters.pattern import Numeric
from edatool.frozen import frozen

_MOST_UNIONS = 1024
"""So many unions are kept at most, so that memory grows with the intervals and not with their square."""
Bound = tuple[int | float, int]
"""A number, and 0 or 1 for where it counts: the bound passes everything after (number, 0 or 1)."""

_LOWEST: Bound = (float("-inf"), 0)
_HIGHEST: Bound = (float("inf"), 1)


@frozen
class Sums:
    """Sorted bounds with their bits; ``unions`` has the union of all bits before each ``distance``-th of them."""

    bounds: list[Bound]
    bits: list[int]
    unions: list[int]
    distance: int

    def before(self, number: int | float) -> int:
        """Return the bits of all bounds up to (number, 0)."""
        end = bisect_right(self.bounds, (number, 0))
        kept, rest = divmod(end, self.distance)
        union = self.unions[kept]
        for bit in self.bits[end - rest : end]:
            union |= bit
        return union


@frozen
class Intervals:
    """Intervals by their lower and their upper bounds; ``all`` is the union of their bits."""

    lower: Sums
    upper: Sums
    all: int

    def around(self, number: int | float) -> int:
        """Return the bits of the intervals that a number lies in."""
        return self.lower.before(number) & (self.all ^ self.upper.before(number))


def interval(one: Numeric) -> tuple[Bound, Bound] | None:
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


def intervals(found: Iterable[tuple[Bound, Bound, int]]) -> Intervals:
    """Lay out intervals: lower bound, upper bound, bit."""
    found = list(found)
    lower = _sums([(low, bit) for low, _, bit in found])
    upper = _sums([(high, bit) for _, high, bit in found])
    return Intervals(lower, upper, _union(bit for _, _, bit in found))


def _sums(found: list[tuple[Bound, int]]) -> Sums:
    found.sort(key=lambda one: one[0])
    bits = [bit for _, bit in found]
    distance = len(bits) // _MOST_UNIONS + 1
    unions = [0]
    for start in range(0, len(bits), distance):
        unions.append(unions[-1] | _union(bits[start : start + distance]))
    return Sums([bound for bound, _ in found], bits, unions, distance)


def _union(bits: Iterable[int]) -> int:
    union = 0
    for bit in bits:
        union |= bit
    return union
