"""Entries that are found together, and told apart by one bitmap per path."""

from collections.abc import Iterable, Sequence

from edatool.filters.content import MISSING
from edatool.filters.index.entries import Entry, Place
from edatool.filters.index.table import Table, table
from edatool.filters.pattern import FieldPath
from edatool.frozen import frozen


@frozen
class Member:
    """An entry and the number of its filter."""

    number: int
    entry: Entry


@frozen
class Group:
    """Entries as bits: ``numbers`` has the number of each bit's filter, ``tables`` those of each path they speak of.

    Those of ``exact`` match once their conditions hold, unless an array of ``shared`` has several objects.
    """

    numbers: tuple[int, ...]
    exact: int
    shared: frozenset[FieldPath]
    tables: tuple[tuple[int, Table], ...]

    def find(
        self, values: dict[int, object], crossed: Iterable[FieldPath], matching: list[int], possible: list[int]
    ) -> None:
        """Add the numbers of the filters whose conditions hold for what was extracted: they match, or may."""
        numbers = self.numbers
        bits = (1 << len(numbers)) - 1
        for slot, one in self.tables:
            bits &= one.holding(values.get(slot, MISSING))
            if not bits:
                return
        exact = self.exact if not crossed or self.shared.isdisjoint(crossed) else 0
        while bits:
            lowest = bits & -bits
            (matching if exact & lowest else possible).append(numbers[lowest.bit_length() - 1])
            bits ^= lowest


def group(members: Sequence[Member], slots: dict[FieldPath, int], known: FieldPath | None = None) -> Group:
    """Lay out members. What they ask of the value at the path ``known`` holds for all who come here."""
    by_place: dict[Place, list[int]] = {}
    for index, one in enumerate(members):
        for place in one.entry.conditions:
            by_place.setdefault(place, []).append(index)
    by_place.pop(Place(known or (), negated=False), None)
    everyone = (1 << len(members)) - 1
    tables = []
    for place, indexes in by_place.items():
        asked = [(1 << index, members[index].entry.conditions[place]) for index in indexes]
        tables.append((slots[place.path], table(asked, everyone, negated=place.negated)))
    # Those that most entries speak of leave the fewest.
    tables.sort(key=lambda one: one[1].free.bit_count())
    exact = sum(1 << index for index, one in enumerate(members) if one.entry.exact)
    shared = frozenset(path for one in members for path in one.entry.shared)
    return Group(tuple(one.number for one in members), exact, shared, tuple(tables))
