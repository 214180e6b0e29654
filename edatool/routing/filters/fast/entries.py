"""A filter as entries of an index: conditions on paths that all have to hold, one entry for each way to match."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edatool.routing.filters.pattern import (
    AllOf,
    AnyOf,
    Equal,
    Exists,
    FieldPath,
    Filter,
    Node,
    Not,
    Object,
    Values,
)

MAX_ENTRIES = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """What must hold at some paths for a filter to match in one way.

    ``exact``: it then matches, if no array of several objects lies on a path. Otherwise it may, and has to be tried.
    """

    conditions: Mapping[FieldPath, Values] = field(default_factory=dict)
    exact: bool = True


def entries(one: Filter) -> list[Entry]:
    """Return the ways in which a filter can match: whatever it matches, one of them holds."""
    return _object(one.pattern, (), [Entry()])


def may_be_missing(values: Values) -> bool:
    """Tell whether a condition may hold for a field that is not there."""
    return any(isinstance(test, Exists) and not test.wanted for test in values.tests)


def only_values(values: Values) -> list[Equal]:
    """Return the values of which the field must have one, none where other things are allowed too."""
    equals = [test for test in values.tests if isinstance(test, Equal)]
    return equals if len(equals) == len(values.tests) else []


def _object(one: Object, path: FieldPath, ways: list[Entry]) -> list[Entry]:
    for name, node in one.fields:
        ways = _node(node, (*path, name), ways)
    for absent in one.absent:
        nothing = Values((Exists(wanted=False, leaf=absent.leaf),))
        ways = [_with(way, (*path, *absent.path), nothing) for way in ways]
    for combined in one.combined:
        ways = _combined(combined, path, ways)
    return ways


def _node(node: Node, path: FieldPath, ways: list[Entry]) -> list[Entry]:
    if isinstance(node, Object):
        return _object(node, path, ways)
    return [_with(way, path, node) for way in ways]


def _combined(one: AnyOf | AllOf | Not, path: FieldPath, ways: list[Entry]) -> list[Entry]:
    match one:
        case AllOf(options):
            for option in options:
                ways = _object(option, path, ways)
            return ways
        case AnyOf(options):
            more = [way for option in options for way in _object(option, path, ways)]
            return more if len(more) <= MAX_ENTRIES else [replace(way, exact=False) for way in ways]
        case _:
            return [replace(way, exact=False) for way in ways]


def _with(way: Entry, path: FieldPath, values: Values) -> Entry:
    """Add a condition; of two on one path the index can use one."""
    known = way.conditions.get(path)
    if known is not None:
        return way if known.tests == values.tests else replace(way, exact=False)
    return replace(way, conditions={**way.conditions, path: values})
