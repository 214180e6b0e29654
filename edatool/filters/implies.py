"""Whether one pattern says no less than another, as far as their text shows."""

from edatool.filters.index.intervals import interval
from edatool.filters.matches import fits
from edatool.filters.pattern import (
    AllOf,
    AnyOf,
    Equal,
    Filter,
    LeafTest,
    Node,
    Not,
    Numeric,
    Object,
    Prefix,
    Test,
    Values,
)


def implies(one: Filter, other: Filter) -> bool:
    """Tell whether whatever one filter matches, the other matches too; False where it cannot be seen.

    Filters of two languages do not see the same fields where names have dots.
    """
    return one.eventbridge == other.eventbridge and _implies(one.pattern, other.pattern)


def _implies(one: Object, other: Object) -> bool:
    for combined in one.combined:
        if isinstance(combined, AnyOf):
            rest = tuple(each for each in one.combined if each is not combined)
            alone = Object(one.fields, one.absent, rest)
            return all(_implied(other, [alone, option]) for option in combined.options)
    return _implied(other, [one])


def _implied(other: Object, given: list[Object]) -> bool:
    given = [
        *given,
        *(option for one in given for each in one.combined if isinstance(each, AllOf) for option in each.options),
    ]
    fields = [field for one in given for field in one.fields]
    paths = {(absent.path, absent.leaf) for one in given for absent in one.absent}
    return (
        all(any(name == known and _node_implies(has, node) for known, has in fields) for name, node in other.fields)
        and all((absent.path, absent.leaf) in paths for absent in other.absent)
        and all(_combined_implied(one, given) for one in other.combined)
    )


def _combined_implied(one: AnyOf | AllOf | Not, given: list[Object]) -> bool:
    match one:
        case AnyOf(options):
            return any(_implied(option, given) for option in options)
        case AllOf(options):
            return all(_implied(option, given) for option in options)
        case Not(option):
            known = [each.option for every in given for each in every.combined if isinstance(each, Not)]
            return any(_implies(option, has) for has in known)


def _node_implies(one: Node, other: Node) -> bool:
    if isinstance(one, Values) and isinstance(other, Values):
        return all(any(_test_implies(this, that) for that in other.tests) for this in one.tests)
    return isinstance(one, Object) and isinstance(other, Object) and _implies(one, other)


def _test_implies(one: Test, other: Test) -> bool:
    if one == other:
        return True
    if isinstance(one, Equal) and isinstance(other, LeafTest):
        return fits(other, one.value)
    if isinstance(one, Prefix) and isinstance(other, Prefix) and one.fold == other.fold:
        return one.text.startswith(other.text)
    spans = [interval(test) for test in (one, other) if isinstance(test, Numeric)]
    match spans:
        case [(low, high), (wide_low, wide_high)]:
            return wide_low <= low and high <= wide_high
        case _:
            return False
