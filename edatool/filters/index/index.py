"""An index over many filters: which of them match a message, without trying each.

A filter that asks for a value is found by it, by the one that the fewest filters ask for where it asks for several.
Others are found by a field that they need, and the rest always. Those found together are told apart by bitmaps.
It is built once; what it finds is exactly what ``matches`` finds.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from edatool.filters.content import Content
from edatool.filters.index.entries import Entry, entries, may_be_missing, only_values
from edatool.filters.index.extract import CONTAINERS, Crossed, Step, extract, key, steps
from edatool.filters.index.group import Group, Member, group
from edatool.filters.index.verify import Inside, compiled
from edatool.filters.matches import elements
from edatool.filters.pattern import FieldPath, Filter
from edatool.frozen import frozen

_MOST_DOORS = 32
_Door = tuple[FieldPath, object]
_PRESENT = object()
"""The door of those that need a field, whatever its value."""


@frozen
class Index:
    """Filters laid out by how they are found. Safe to use from several threads."""

    filters: Mapping[str, Filter]
    _names: tuple[str, ...]
    _own: "_Part | None"
    _eventbridge: "_Part | None"

    def matching(self, content: Content) -> list[str]:
        """Return the names of all filters that match, in the order in which they were given."""
        numbers = self._own.matching(content.root()) if self._own else set()
        if self._eventbridge:
            numbers |= self._eventbridge.matching(content.root(joined=True))
        names = self._names
        return [names[number] for number in sorted(numbers)]


@frozen
class _Part:
    """The filters of one language, by their numbers."""

    _verifiers: Mapping[int, Inside]
    _start: Step
    _by_value: tuple[dict[object, Group], ...]
    _by_presence: tuple[Group | None, ...]
    _always: Group | None

    def matching(self, root: dict[str, object]) -> set[int]:
        values: dict[int, object] = {}
        crossed = extract(self._start.below, root, values)
        matching: list[int] = []
        possible: list[int] = []
        for slot, value in values.items():
            by_value, present = self._by_value[slot], self._by_presence[slot]
            if by_value:
                if type(value) in CONTAINERS:
                    for one in set(_scalars(value)):
                        if one in by_value:
                            by_value[one].find(values, crossed, matching, possible)
                elif value in by_value:
                    by_value[value].find(values, crossed, matching, possible)
            if present:
                present.find(values, crossed, matching, possible)
        if self._always:
            self._always.find(values, crossed, matching, possible)
        numbers = set(matching)
        if possible:
            numbers.update([number for number in set(possible) - numbers if self._verifiers[number](root)])
        return numbers


def index(filters: Mapping[str, Filter]) -> Index:
    """Build the index of filters by name."""
    numbered = dict(enumerate(filters.values()))
    own = {number: one for number, one in numbered.items() if not one.eventbridge}
    others = {number: one for number, one in numbered.items() if one.eventbridge}
    return Index(dict(filters), tuple(filters), _part(own) if own else None, _part(others) if others else None)


def _part(filters: Mapping[int, Filter]) -> _Part:
    members = [Member(number, entry) for number, one in filters.items() for entry in entries(one)]
    paths = dict.fromkeys(place.path for one in members for place in one.entry.conditions)
    slots = {path: slot for slot, path in enumerate(paths)}
    by_door = _by_door(members)
    by_value: tuple[dict[object, Group], ...] = tuple({} for _ in slots)
    by_presence: list[Group | None] = [None] * len(slots)
    for (path, value), found in by_door.items():
        if value is _PRESENT:
            by_presence[slots[path]] = group(found, slots)
        else:
            by_value[slots[path]][value] = group(found, slots, path)
    always = [one for one in members if not _doors(one.entry) and _needed(one.entry) is None]
    return _Part(
        {number: compiled(one.pattern) for number, one in filters.items()},
        steps(paths),
        by_value,
        tuple(by_presence),
        group(always, slots) if always else None,
    )


def _by_door(members: list[Member]) -> dict[_Door, list[Member]]:
    """Give each member that has doors those through which the fewest others can be found."""
    doors = [_doors(one.entry) for one in members]
    common = Counter(door for ways in doors for way in ways for door in way)
    present = Counter(
        place.path for one, ways in zip(members, doors, strict=True) if not ways for place in one.entry.conditions
    )
    found: dict[_Door, list[Member]] = {}
    for one, ways in zip(members, doors, strict=True):
        if ways:
            chosen = min(ways, key=lambda way: sum(common[door] for door in way))
        else:
            path = _needed(one.entry, present)
            chosen = [] if path is None else [(path, _PRESENT)]
        for door in chosen:
            found.setdefault(door, []).append(one)
    return found


def _doors(entry: Entry) -> list[list[_Door]]:
    """Return, for each path at which one of a few values is asked for, these values."""
    ways = []
    for place, values in entry.conditions.items():
        equals = only_values(place, values)
        if 0 < len(equals) <= _MOST_DOORS:
            ways.append(list(dict.fromkeys((place.path, key(one.value)) for one in equals)))
    return ways


def _needed(entry: Entry, common: Mapping[FieldPath, int] | None = None) -> FieldPath | None:
    """Return the path that must be there and that the fewest others speak of, None where all may be missing."""
    needed = [place.path for place, values in entry.conditions.items() if not may_be_missing(place, values)]
    return min(needed, key=lambda path: (common or {}).get(path, 0), default=None)


def _scalars(value: object) -> Iterator[object]:
    values = value.values if isinstance(value, Crossed) else value
    return (key(one) for one in elements(values) if not isinstance(one, dict))
