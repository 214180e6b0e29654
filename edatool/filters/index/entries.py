"""A filter as entries of an index: conditions on paths that all have to hold, one entry for each way to match."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from itertools import combinations

from edatool.filters.pattern import (
    AllOf,
    AnyOf,
    Equal,
    Every,
    Exists,
    FieldPath,
    Filter,
    Never,
    Node,
    Not,
    Object,
    Values,
)
from edatool.frozen import frozen

MAX_ENTRIES = 64


@frozen
class Place:
    """Where a condition is asked, and whether it must not hold."""

    path: FieldPath
    negated: bool


@frozen
class Entry:
    """What must hold at some places for a filter to match in one way.

    ``exact``: it then matches, unless several objects of one array were looked at together at a path of ``shared``.
    Otherwise it may, and has to be tried.
    """

    conditions: Mapping[Place, Values] = field(default_factory=dict)
    exact: bool = True
    shared: frozenset[FieldPath] = frozenset()


def entries(one: Filter) -> list[Entry]:
    """Return the ways in which a filter can match: whatever it matches, one of them holds."""
    ways = _object(one.pattern, (), [Entry()], negated=False)
    return [replace(way, shared=_shared(way.conditions)) for way in ways]


def is_whole(values: Values) -> bool:
    """Tell whether a condition asks for more than one scalar that fits."""
    return any(isinstance(test, (Exists, Every, Never)) for test in values.tests)


def may_be_missing(place: Place, values: Values) -> bool:
    """Tell whether a condition may hold for a field that is not there."""
    return place.negated or any(isinstance(test, Exists) and not test.wanted for test in values.tests)


def only_values(place: Place, values: Values) -> list[Equal]:
    """Return the values of which the field must have one, none where other things are allowed too."""
    equals = [test for test in values.tests if isinstance(test, Equal)]
    return equals if len(equals) == len(values.tests) and not place.negated else []


def _shared(conditions: Mapping[Place, Values]) -> frozenset[FieldPath]:
    """Return the paths whose elements cannot be asked the conditions one by one."""
    alone = (place.path[:-1] for place, values in conditions.items() if place.negated or is_whole(values))
    both = (_common(one.path, other.path) for one, other in combinations(conditions, 2))
    return frozenset(path[:length] for path in (*alone, *both) for length in range(1, len(path) + 1))


def _common(one: FieldPath, other: FieldPath) -> FieldPath:
    most = min(len(one), len(other)) - 1
    return one[: next((depth for depth in range(most) if one[depth] != other[depth]), most)]


def _object(one: Object, path: FieldPath, ways: list[Entry], *, negated: bool) -> list[Entry]:
    """Add to every way what an object asks, or that some of it does not hold."""
    absent = ((each.path, Values((Exists(wanted=False, leaf=each.leaf),))) for each in one.absent)
    parts: list[tuple[FieldPath, Node | AnyOf | AllOf | Not]] = [
        *(((*path, name), node) for name, node in one.fields),
        *(((*path, *below), values) for below, values in absent),
        *((path, combined) for combined in one.combined),
    ]
    return _joined(parts, ways, negated=negated, one_is_enough=negated)


def _joined(
    parts: Sequence[tuple[FieldPath, Node | AnyOf | AllOf | Not]],
    ways: list[Entry],
    *,
    negated: bool,
    one_is_enough: bool,
) -> list[Entry]:
    if one_is_enough:
        more = [way for path, part in parts for way in _part(part, path, ways, negated=negated)]
        return more if len(more) <= MAX_ENTRIES else [replace(way, exact=False) for way in ways]
    for path, part in parts:
        ways = _part(part, path, ways, negated=negated)
    return ways


def _part(part: Node | AnyOf | AllOf | Not, path: FieldPath, ways: list[Entry], *, negated: bool) -> list[Entry]:
    match part:
        case Values():
            return [_with(way, Place(path, negated), part) for way in ways]
        case Object():
            return _object(part, path, ways, negated=negated)
        case Not(option):
            return _object(option, path, ways, negated=not negated)
        case AnyOf(options) | AllOf(options):
            inside = [(path, option) for option in options]
            return _joined(inside, ways, negated=negated, one_is_enough=isinstance(part, AnyOf) != negated)


def _with(way: Entry, place: Place, values: Values) -> Entry:
    """Add a condition; of two at one place the index can use one."""
    known = way.conditions.get(place)
    if known is not None:
        return way if known.tests == values.tests else replace(way, exact=False)
    return replace(way, conditions={**way.conditions, place: values})
