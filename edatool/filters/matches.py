"""Whether a filter matches the content of a message. The one definition: what is faster must agree with it."""

import operator
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from typing import Any, TypeGuard, assert_never

from edatool.filters.case import lowered
from edatool.filters.content import MISSING, Content, listed
from edatool.filters.pattern import (
    Absent,
    AllOf,
    AnyOf,
    AnythingBut,
    Cidr,
    Equal,
    Every,
    Exists,
    FieldPath,
    Filter,
    IgnoreCase,
    LeafTest,
    Matching,
    Never,
    Node,
    Not,
    Numeric,
    Object,
    Prefix,
    Suffix,
    Test,
    Values,
    Wildcard,
)

_ARRAYS = frozenset((list, tuple))

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def matches(one: Filter, content: Content) -> bool:
    """Tell whether a filter matches; never raises."""
    return holds_inside(one.pattern, content.root(joined=one.eventbridge))


def holds(node: Node, value: object) -> bool:
    """Tell whether a node holds for the value of a field, ``MISSING`` where there is none."""
    if isinstance(node, Values):
        return any(passes(test, value) for test in node.tests)
    objects = [element for element in elements(value) if isinstance(element, dict)]
    return any(holds_inside(node, element) for element in objects or [{}])


def holds_inside(node: Object, element: dict[str, object]) -> bool:
    """Tell whether all that an object is asked holds for this one."""
    return (
        all(holds(below, element.get(name, MISSING)) for name, below in node.fields)
        and all(is_absent(one, element) for one in node.absent)
        and all(holds_combined(one, element) for one in node.combined)
    )


def is_absent(one: Absent, element: object) -> bool:
    """Tell whether nothing stands at a path."""
    return not any(not one.leaf or _is_scalar(value) for value in found(element, one.path, leaf=one.leaf))


def holds_combined(one: AnyOf | AllOf | Not, element: dict[str, object]) -> bool:
    """Tell whether patterns that are combined hold for an object."""
    match one:
        case AnyOf(options):
            return any(holds_inside(option, element) for option in options)
        case AllOf(options):
            return all(holds_inside(option, element) for option in options)
        case Not(option):
            return not holds_inside(option, element)
        case _:
            assert_never(one)


def passes(test: Test, value: object) -> bool:
    """Tell whether a test holds for the value of a field: for any element where it is an array."""
    match test:
        case Exists(wanted, leaf):
            there = any(_is_scalar(one) for one in elements(value)) if leaf else value is not MISSING
            return there == wanted
        case Every(node):
            return value is not MISSING and all(holds(node, one) for one in listed(value))
        case Never(node):
            return value is not MISSING and not any(holds(node, one) for one in listed(value))
        case _:
            return any(fits(test, one) for one in elements(value) if _is_scalar(one))


def fits(test: LeafTest, value: object) -> bool:
    """Tell whether a test holds for one scalar."""
    match test:
        case Equal(wanted):
            return wanted == value and test.boolean == isinstance(value, bool)
        case Numeric(comparisons, double):
            return is_number(value) and _compares(value, comparisons, double=double)
        case AnythingBut(tests):
            return not any(fits(one, value) for one in tests)
        case _:
            return isinstance(value, str) and _fits_text(test, value)


def _fits_text(test: Prefix | Suffix | IgnoreCase | Wildcard | Cidr | Matching, value: str) -> bool:
    match test:
        case Prefix(text, fold):
            return (lowered(value) if fold else value).startswith(text)
        case Suffix(text, fold):
            return (lowered(value) if fold else value).endswith(text)
        case IgnoreCase(text):
            return lowered(value) == text
        case Wildcard(pieces):
            return _fits_wildcard(pieces, value)
        case Cidr(network):
            return _is_address_in(value, network)
        case Matching(regex):
            return regex.found_in(value)
        case _:
            assert_never(test)


def _fits_wildcard(pieces: tuple[str, ...], value: str) -> bool:
    """Find the pieces one after the other, each as early as it can be: no other choice leaves more to the rest."""
    if len(pieces) == 1:
        return value == pieces[0]
    first, *middle, last = pieces
    if len(value) < len(first) + len(last) or not value.startswith(first) or not value.endswith(last):
        return False
    start, end = len(first), len(value) - len(last)
    for piece in middle:
        start = value.find(piece, start, end)
        if start < 0:
            return False
        start += len(piece)
    return True


def _is_address_in(value: str, network: object) -> bool:
    try:
        return ip_address(value) in network  # type: ignore[operator]  # of either version, and of none of the other
    except ValueError:
        return False


def _compares(value: object, comparisons: tuple[tuple[str, int | float], ...], *, double: bool) -> bool:
    assert isinstance(value, (int, float))
    if double:
        try:
            value = float(value)
        except OverflowError:
            return False
    return all(OPERATORS[sign](value, bound) for sign, bound in comparisons)


def elements(value: object) -> Sequence[object]:
    """Return a value, or the elements of an array, those of arrays in it too; nothing for ``MISSING``."""
    if not isinstance(value, (list, tuple)):
        return () if value is MISSING else (value,)
    if _ARRAYS.isdisjoint(map(type, value)):
        return value
    return [element for one in value for element in elements(one)]


def found(value: object, path: FieldPath, *, leaf: bool) -> Iterator[object]:
    """Yield what stands at a path, in every element of arrays on the way.

    With ``leaf`` an array at the end is its elements, without it is one value.
    """
    if not path:
        yield from elements(value) if leaf else (value,)
        return
    for element in elements(value):
        if isinstance(element, dict) and path[0] in element:
            yield from found(element[path[0]], path[1:], leaf=leaf)


def _is_scalar(value: object) -> bool:
    return not isinstance(value, (dict, list, tuple))


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a scalar is a number, which true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
