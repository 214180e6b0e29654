"""A filter as entries of an index: conditions on paths that all have to hold, one entry for each way to match."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from edatool.filters.pattern import (
    AllOf,
    AnyOf,
    AnythingBut,
    Every,
    Exists,
    FieldPath,
    Filter,
    Never,
    Node,
    Not,
    Numeric,
    Object,
    Test,
    Values,
)
from edatool.frozen import frozen

MAX_ENTRIES = 64


@frozen
class Condition:
    """One of the tests holds for what stands at a path; with ``negated``, none of them does.

    ``turned``: it stands in a negation, or in several.
    """

    path: FieldPath
    tests: tuple[Test, ...]
    negated: bool = False
    turned: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the objects of an array, taken one by one, cannot tell whether it holds."""
        return self.negated or self.turned or any(isinstance(test, (Exists, Every, Never)) for test in self.tests)

    @property
    def may_be_missing(self) -> bool:
        """Whether it may hold for a field that is not there."""
        return self.negated or any(isinstance(test, Exists) and not test.wanted for test in self.tests)


@frozen
class Entry:
    """What must hold for a filter to match in one way.

    ``exact``: it then matches, unless several objects of one array were looked at together at a path of ``shared``.
    Otherwise it may, and has to be tried.
    """

    conditions: tuple[Condition, ...] = ()
    exact: bool = True
    shared: frozenset[FieldPath] = frozenset()


def entries(one: Filter) -> list[Entry]:
    """Return the ways in which a filter can match: whatever it matches, one of them holds."""
    ways = _object(one.pattern, (), [Entry()], nots=0)
    return [replace(way, shared=_shared(way.conditions)) for way in ways]


def _shared(conditions: Sequence[Condition]) -> frozenset[FieldPath]:
    """Return the paths whose elements cannot be asked the conditions one by one."""
    alone = (one.path[:-1] for one in conditions if one.is_whole)
    both = (_common(one.path, other.path) for one, other in combinations(conditions, 2))
    return frozenset(path[:length] for path in (*alone, *both) for length in range(1, len(path) + 1))


def _common(one: FieldPath, other: FieldPath) -> FieldPath:
    most = min(len(one), len(other)) - 1
    return one[: next((depth for depth in range(most) if one[depth] != other[depth]), most)]


def _object(one: Object, path: FieldPath, ways: list[Entry], *, nots: int) -> list[Entry]:
    """Add to every way what an object asks, or that some of it does not hold; it stands in so many negations."""
    absent = ((each.path, Values((Exists(wanted=False, leaf=each.leaf),))) for each in one.absent)
    parts: list[tuple[FieldPath, Node | AnyOf | AllOf | Not]] = [
        *(((*path, name), node) for name, node in one.fields),
        *(((*path, *below), values) for below, values in absent),
        *((path, combined) for combined in one.combined),
    ]
    return _joined(parts, ways, nots=nots, one_is_enough=nots % 2 == 1)


def _joined(
    parts: Sequence[tuple[FieldPath, Node | AnyOf | AllOf | Not]],
    ways: list[Entry],
    *,
    nots: int,
    one_is_enough: bool,
) -> list[Entry]:
    if one_is_enough:
        more = [way for path, part in parts for way in _part(part, path, ways, nots=nots)]
        return more if len(more) <= MAX_ENTRIES else [replace(way, exact=False) for way in ways]
    for path, part in parts:
        ways = _part(part, path, ways, nots=nots)
    return ways


def _part(part: Node | AnyOf | AllOf | Not, path: FieldPath, ways: list[Entry], *, nots: int) -> list[Entry]:
    match part:
        case Values(tests):
            return _values(path, tests, ways, nots=nots)
        case Object():
            return _object(part, path, ways, nots=nots)
        case Not(option):
            return _object(option, path, ways, nots=nots + 1)
        case AnyOf(options) | AllOf(options):
            inside = [(path, option) for option in options]
            return _joined(inside, ways, nots=nots, one_is_enough=isinstance(part, AnyOf) == (nots % 2 == 0))


def _values(path: FieldPath, tests: tuple[Test, ...], ways: list[Entry], *, nots: int) -> list[Entry]:
    negated, turned = nots % 2 == 1, nots > 0
    absence = [test for test in tests if isinstance(test, Exists) and not test.wanted]
    more: list[Entry] = []
    if absence:
        more = _or_absent(path, tests, absence[0], ways, nots=nots)
    elif negated and (only := _only(tests)):
        any_such, left = only
        more = _with(ways, Condition(path, any_such, negated, turned))
        # Elements of an array may have others besides.
        more += [replace(way, exact=False) for way in _with(ways, Condition(path, left, turned=turned))]
    return more if 0 < len(more) <= MAX_ENTRIES else _with(ways, Condition(path, tests, negated, turned))


def _or_absent(
    path: FieldPath, tests: tuple[Test, ...], absence: Exists, ways: list[Entry], *, nots: int
) -> list[Entry]:
    """Ask for a field that is not there, or is so. That it is not there is that it must not be there."""
    negated = nots % 2 == 1
    others = tuple(test for test in tests if test != absence)
    there = _with(ways, Condition(path, (replace(absence, wanted=True),), not negated, turned=nots > 0))
    if not others:
        return there
    return _values(path, others, there, nots=nots) if negated else there + _values(path, others, ways, nots=nots)


def _only(tests: tuple[Test, ...]) -> tuple[tuple[Test, ...], tuple[Test, ...]] | None:
    """Return what nothing but ``left`` is asked of, and ``left``, where tests that must not hold refuse all others.

    So it is found by ``left``, where it would be found for almost no message that has something else.
    """
    match tests:
        case (AnythingBut(left),) if left:
            return (AnythingBut(()),), left
        case (Numeric(comparisons, double),) if comparisons and all(sign == "!=" for sign, _ in comparisons):
            return (Numeric((), double),), tuple(Numeric((("=", bound),), double) for _, bound in comparisons)
        case _:
            return None


def _with(ways: list[Entry], condition: Condition) -> list[Entry]:
    return [
        way if condition in way.conditions else replace(way, conditions=(*way.conditions, condition)) for way in ways
    ]
