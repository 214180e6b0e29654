"""A tree of filters. Each node has those that share all that was found on the way to it, by what else they ask."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from edatool.filters.content import MISSING
from edatool.filters.index.doors import Door, doors
from edatool.filters.index.entries import Condition
from edatool.filters.index.extract import Crossed
from edatool.filters.index.intervals import Crowd
from edatool.filters.index.lookup import Lookup, lookup
from edatool.filters.index.verify import test_of
from edatool.filters.pattern import FieldPath
from edatool.frozen import frozen

_FEW = 8
"""So many different demands are tried one by one."""
_DEEPEST = 16

Check = Callable[[object], bool]


@frozen
class Asked:
    """A condition on the value of a slot. It holds where its doors lead; without any it has to be tried."""

    slot: int
    condition: Condition
    check: Check
    doors: tuple[Door, ...] = ()
    # Each is made once: to compare what it is made of would take most of the time of building.
    __eq__, __hash__ = object.__eq__, object.__hash__

    def is_below(self, path: FieldPath) -> bool:
        """Tell whether it asks for something in what stands at a path."""
        return len(path) < len(self.condition.path) and self.condition.path[: len(path)] == path


Member = tuple[int, tuple[Asked, ...]]
"""The number of a filter, and what it still asks."""


class Leaf:
    """Filters that ask little more: those that ask nothing are found, the others are tried."""

    __slots__ = ("certain", "few")

    def __init__(self, by_conditions: Mapping[tuple[Asked, ...], Sequence[int]]) -> None:
        self.certain = tuple(by_conditions.get((), ()))
        self.few = tuple((asked, tuple(numbers)) for asked, numbers in by_conditions.items() if asked)

    def find(self, values: Mapping[int, object], found: list[int]) -> None:
        """Add the numbers of filters all of whose conditions hold for the values of slots, or may hold."""
        found += self.certain
        for conditions, numbers in self.few:
            for one in conditions:
                if not one.check(values.get(one.slot, MISSING)):
                    break
            else:
                found += numbers


class Branch:
    """Filters by what they ask next.

    Those that ask nothing are found, others looked up; what no look helps with is tried once for all that ask it, and
    where that must not hold for anything, a tree finds those for which it does.
    """

    __slots__ = ("certain", "lookups", "shared", "unless")

    def __init__(self, members: Sequence[Member], depth: int) -> None:
        self.certain = tuple(number for number, asked in members if not asked)
        self.lookups: Mapping[int, Lookup[Node]] = {}
        self.shared: tuple[tuple[int, Check, Node], ...] = ()
        self.unless: tuple[Node, tuple[Node, ...]] | None = None
        self._lay_out([one for one in members if one[1]], partial(node, depth=depth + 1))

    def _lay_out(self, members: Sequence[Member], below: Callable[[Sequence[Member]], "Leaf | Branch"]) -> None:
        rank = _ranks(members)
        by_first: dict[Asked, list[Member]] = {}
        known: dict[tuple[Asked, ...], tuple[Asked, ...]] = {}
        for number, asked in members:
            first = min(asked, key=rank.__getitem__)
            others = tuple([one for one in asked if one is not first])
            by_first.setdefault(first, []).append((number, known.setdefault(others, others)))
        behind: dict[int, dict[Door, list[Member]]] = {}
        for first, found in by_first.items():
            tried = replace(first, doors=())
            for door in first.doors:
                left = found if door.exact else [(number, (*others, tried)) for number, others in found]
                behind.setdefault(first.slot, {}).setdefault(door, []).extend(left)
        if behind:
            self.lookups = {slot: lookup(by_door, below) for slot, by_door in behind.items()}
        sharing = {first: found for first, found in by_first.items() if not first.doors}
        negated = [one for one in sharing if one.condition.negated]
        if len(negated) > _FEW:
            against = below([(number, (_opposite(one),)) for number, one in enumerate(negated)])
            self.unless = against, tuple(below(sharing.pop(one)) for one in negated)
        self.shared = tuple((one.slot, one.check, below(found)) for one, found in sharing.items())

    def find(self, values: Mapping[int, object], found: list[int]) -> None:
        """Do as a leaf."""
        found += self.certain
        self._look_up(values, found)
        for slot, check, node in self.shared:
            if check(values.get(slot, MISSING)):
                node.find(values, found)
        if self.unless:
            self._find_unless(*self.unless, values, found)

    def _look_up(self, values: Mapping[int, object], found: list[int]) -> None:
        lookups = self.lookups
        for slot in lookups if len(lookups) <= len(values) else values:
            if slot not in values or slot not in lookups:
                continue
            value, one = values[slot], lookups[slot]
            searches = one.searches.get(type(value))
            if searches is None or one.there or one.but:
                for node in one.found(value):
                    node.find(values, found)
                continue
            # What most values are and most lookups have, without a list in between.
            for search in searches:
                for node in search(value) or ():
                    node.find(values, found)

    def _find_unless(
        self, against: "Node", nodes: "tuple[Node, ...]", values: Mapping[int, object], found: list[int]
    ) -> None:
        refused: list[int] = []
        # What holds for one object of several refuses nobody.
        against.find({slot: value for slot, value in values.items() if type(value) is not Crossed}, refused)
        without = set(refused)
        for number, node in enumerate(nodes):
            if number not in without:
                node.find(values, found)


Node = Leaf | Branch


def node(members: Sequence[Member], depth: int = 0) -> Node:
    """Lay out filters that share all that was found on the way to them."""
    by_conditions: dict[tuple[Asked, ...], list[int]] = {}
    for number, asked in members:
        by_conditions.setdefault(asked, []).append(number)
    few = len(by_conditions) <= _FEW or depth == _DEEPEST
    return Leaf(by_conditions) if few else Branch(members, depth)


def asked(slot: int, condition: Condition) -> Asked:
    """Return a condition as it is asked of the value in a slot."""
    found = () if condition.may_be_missing else tuple(doors(condition.tests))
    return Asked(slot, condition, _check(condition), found)


def _opposite(one: Asked) -> Asked:
    return asked(one.slot, replace(one.condition, negated=False))


def _check(condition: Condition) -> Check:
    test = test_of(condition.tests)
    if condition.negated:
        return lambda value: type(value) is Crossed or not test(value)
    if condition.is_whole:
        return lambda value: type(value) is Crossed or test(value)
    return test


def _ranks(members: Sequence[Member]) -> dict[Asked, tuple[int, int]]:
    """Return how good it is to be found by each condition: the fewer others are found with it, the better.

    Of what leads nearly everybody in, and of what has to be tried, the most common comes first: once for all.
    """
    common = Counter(one for _, asked in members for one in asked)
    behind: dict[int, Counter[Door]] = {}
    for one, times in common.items():
        for door in one.doors:
            behind.setdefault(one.slot, Counter())[door] += times
    crowds = {
        slot: Crowd((door.key, times) for door, times in found.items() if door.is_span)
        for slot, found in behind.items()
    }

    def beside(slot: int, door: Door) -> int:
        return crowds[slot].beside(door.key) if door.is_span else behind[slot][door]

    def rank(one: Asked, times: int) -> tuple[int, int]:
        if not one.doors:
            return 2, -times
        if any(door.is_wide for door in one.doors):
            return 1, -times
        return 0, sum(beside(one.slot, door) for door in one.doors)

    return {one: rank(one, times) for one, times in common.items()}
