"""An index over many filters: which of them match a message, without trying each.

Of all that a filter asks, that comes first for which the fewest others would be found as well. A table leads from the
value that a message has there to the filters that ask for it; those are told apart by what they ask besides, in the
same way as long as they are many, and tried when they are few. So a message is compared with hardly more filters than
it matches. It is built once; what it finds is exactly what ``matches`` finds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from edatool.filters.content import Content
from edatool.filters.index.entries import Condition, entries
from edatool.filters.index.extract import Array, Step, extract, join, steps
from edatool.filters.index.node import Asked, Member, Node, asked, node
from edatool.filters.index.verify import Inside, compiled, matching
from edatool.filters.pattern import FieldPath, Filter
from edatool.frozen import frozen


@frozen
class Index:
    """Filters laid out by how they are found. Safe to use from several threads."""

    filters: Mapping[str, Filter]
    _names: tuple[str, ...]
    _own: "_Part | None"
    _eventbridge: "_Part | None"
    _alone: dict[str, Callable[[Content], bool]] = field(default_factory=dict)

    def matching(self, content: Content) -> list[str]:
        """Return the names of all filters that match, in the order in which they were given."""
        numbers = self._own.matching(content.root()) if self._own else set()
        if self._eventbridge:
            numbers |= self._eventbridge.matching(content.root(joined=True))
        names = self._names
        return [names[number] for number in sorted(numbers)]

    def is_match(self, name: str, content: Content) -> bool:
        """Tell whether one filter matches, as fast as that is without the others."""
        one = self._alone.get(name)
        if one is None:
            one = self._alone[name] = matching(self.filters[name])
        return one(content)


@frozen
class _Part:
    """The filters of one language, by their numbers.

    What is found of ``inexact`` is tried, and what is found of ``shared`` where several objects of the array at a path
    were looked at together.
    """

    _filters: Mapping[int, Filter]
    _members: Sequence[Member]
    _start: Step
    _top: Node
    _inexact: frozenset[int]
    _shared: Mapping[FieldPath, frozenset[int]]
    _below: dict[FieldPath, Node | None] = field(default_factory=dict)
    _compiled: dict[int, Inside] = field(default_factory=dict)

    def matching(self, root: dict[str, object]) -> set[int]:
        values: dict[int, object] = {}
        found: list[int] = []
        arrays: list[Array] = []
        extract(self._start, root, values, arrays)
        doubtful = self._inexact
        if arrays and not self._find_by_object(arrays, values, found):
            for path in [path for array in arrays for path in join(array, values)]:
                doubtful |= self._shared.get(path, frozenset())
        self._top.find(values, found)
        numbers = set(found)
        numbers -= {number for number in numbers & doubtful if not self._inside(number)(root)}
        return numbers

    def _find_by_object(self, arrays: Sequence[Array], values: Mapping[int, object], found: list[int]) -> bool:
        """Find those that ask for something in an array by each of its objects; False where that would not be exact."""
        (step, objects), *others = arrays
        below = None if others else self._asking_below(step.path)
        if below is None:
            return False
        inner: list[Array] = []
        each = [dict(values) for _ in objects]
        for one, own in zip(objects, each, strict=True):
            extract(step, one, own, inner)
        if inner:
            return False
        for own in each:
            below.find(own, found)
        return True

    def _asking_below(self, path: FieldPath) -> Node | None:
        """Return the filters that ask for something below a path, None where one of them asks it of all objects."""
        if path not in self._below:
            below = [
                (any(one.condition.is_whole for one in asked if one.is_below(path)), (number, asked))
                for number, asked in self._members
                if any(one.is_below(path) for one in asked)
            ]
            self._below[path] = None if any(whole for whole, _ in below) else node([member for _, member in below])
        return self._below[path]

    def _inside(self, number: int) -> Inside:
        known = self._compiled.get(number)
        if known is None:
            known = self._compiled[number] = compiled(self._filters[number].pattern)
        return known


def index(filters: Mapping[str, Filter]) -> Index:
    """Build the index of filters by name."""
    numbered = dict(enumerate(filters.values()))
    own = {number: one for number, one in numbered.items() if not one.eventbridge}
    others = {number: one for number, one in numbered.items() if one.eventbridge}
    return Index(dict(filters), tuple(filters), _part(own) if own else None, _part(others) if others else None)


def _part(filters: Mapping[int, Filter]) -> _Part:
    slots: dict[FieldPath, int] = {}
    known: dict[Condition, Asked] = {}
    members: list[Member] = []
    inexact: set[int] = set()
    shared: dict[FieldPath, set[int]] = {}
    for number, one in filters.items():
        for entry in entries(one):
            for condition in entry.conditions:
                if condition not in known:
                    known[condition] = asked(slots.setdefault(condition.path, len(slots)), condition)
            members.append((number, tuple([known[condition] for condition in entry.conditions])))
            if not entry.exact:
                inexact.add(number)
            for path in entry.shared:
                shared.setdefault(path, set()).add(number)
    return _Part(
        filters,
        members,
        steps(slots),
        node(members),
        frozenset(inexact),
        {path: frozenset(numbers) for path, numbers in shared.items()},
    )
