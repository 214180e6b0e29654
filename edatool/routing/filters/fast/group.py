"""Entries that are found together, and told apart by one bitmap per path."""

from collections.abc import Sequence
from dataclasses import dataclass

from edatool.routing.filters.content import MISSING
from edatool.routing.filters.fast.entries import Entry, Place
from edatool.routing.filters.fast.table import Table, table
from edatool.routing.filters.pattern import FieldPath


@dataclass(frozen=True, slots=True)
class Member:
    """An entry and the number of its filter."""

    number: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Group:
    """Entries as bits, and for each path that they speak of its number and its table."""

    members: tuple[Member, ...]
    tables: tuple[tuple[int, Table], ...]

    def find(self, values: dict[int, object], found: list[Member]) -> None:
        """Add the members whose conditions hold for what was extracted."""
        bits = (1 << len(self.members)) - 1
        for slot, one in self.tables:
            bits &= one.holding(values.get(slot, MISSING))
            if not bits:
                return
        while bits:
            lowest = bits & -bits
            found.append(self.members[lowest.bit_length() - 1])
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
    return Group(tuple(members), tuple(tables))
