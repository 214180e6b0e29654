"""A filter as alternatives of values that certain fields have, where it asks for nothing else."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from edatool.filters.pattern import AllOf, AnyOf, Equal, FieldPath, Node, Not, Object, Scalar

Fields = Mapping[FieldPath, Scalar]
"""The values that fields of a message have to have, by path, such as ``("data", "region")``."""

MOST = 50
"""Alternatives beyond which a filter is not written as bindings."""


def alternatives(pattern: Object) -> list[Fields] | None:
    """Return the alternatives of which one has to hold, None where a pattern asks for more than values.

    It is for fields that hold one scalar: alternatives that ask two values of one field are left out.
    """
    return _object(pattern, ())


def _object(one: Object, path: FieldPath) -> list[Fields] | None:
    if one.absent:
        return None
    fields = [_node(node, (*path, name)) for name, node in one.fields]
    return _all_of([*fields, *(_combined(part, path) for part in one.combined)])


def _node(node: Node, path: FieldPath) -> list[Fields] | None:
    if isinstance(node, Object):
        return _object(node, path)
    values = [test.value for test in node.tests if isinstance(test, Equal)]
    return [{path: value} for value in values] if len(values) == len(node.tests) else None


def _combined(one: AnyOf | AllOf | Not, path: FieldPath) -> list[Fields] | None:
    match one:
        case AnyOf(options):
            return _one_of(_object(option, path) for option in options)
        case AllOf(options):
            return _all_of([_object(option, path) for option in options])
        case Not():
            return None
        case _:
            assert_never(one)


def _one_of(parts: Iterable[list[Fields] | None]) -> list[Fields] | None:
    joined: list[Fields] = []
    for part in parts:
        if part is None or len(joined) + len(part) > MOST:
            return None
        joined += part
    return joined


def _all_of(parts: Iterable[list[Fields] | None]) -> list[Fields] | None:
    joined: list[Fields] = [{}]
    for part in parts:
        if part is None or len(joined) * len(part) > MOST:
            return None
        joined = [{**one, **other} for one in joined for other in part if not _contradict(one, other)]
    return joined


def _contradict(one: Fields, other: Fields) -> bool:
    return any(path in one and not _same(one[path], value) for path, value in other.items())


def _same(one: Scalar, other: Scalar) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)
