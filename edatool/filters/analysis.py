"""What can be said of a filter before any message comes: whether an event's contract lets it match, or always does.

Only what is certain is said. What lies in or below an array, conditions that contradict each other, and what a schema
says by keywords that ``contracts.fields`` does not read are left open.
"""

from collections.abc import Callable, Iterable
from typing import Literal

from edatool.contracts.payload_field import PayloadField
from edatool.filters.content import MISSING
from edatool.filters.index.intervals import interval
from edatool.filters.matches import holds
from edatool.filters.pattern import (
    Absent,
    AllOf,
    AnyOf,
    AnythingBut,
    Equal,
    FieldPath,
    Filter,
    LeafTest,
    Node,
    Not,
    Numeric,
    Object,
    Test,
    Values,
    joined,
)
from edatool.frozen import frozen

Known = Callable[[FieldPath], PayloadField | None]
"""What is known of the field at a path of a message, None for nothing."""


@frozen
class Verdict:
    """Whether a condition holds for all messages or for none, and why: the path and the keyword that decides it."""

    holds: Literal["always", "never", "maybe"]
    why: str = ""


MAYBE = Verdict("maybe")


def judge(one: Filter, known: Known) -> Verdict:
    """Say whether a filter matches all messages of which this is known, or none of them."""
    return _object(one.pattern, (), known)


def conditions(one: Object, path: FieldPath = ()) -> Iterable[tuple[FieldPath, Values]]:
    """Yield all conditions on fields with their paths, those of alternatives and negations too."""
    for name, node in one.fields:
        if isinstance(node, Values):
            yield (*path, name), node
        else:
            yield from conditions(node, (*path, name))
    for absent in one.absent:
        yield (*path, *absent.path), Values((), absent.at)
    for combined in one.combined:
        for option in (combined.option,) if isinstance(combined, Not) else combined.options:
            yield from conditions(option, path)


def may_cross_array(path: FieldPath, known: Known) -> bool:
    """Tell whether a field on the way to the end of a path may be an array, as far as is known."""
    return any(_may_be_array(known(path[:length])) for length in range(1, len(path)))


def wrong_values(path: FieldPath, values: Values, known: Known) -> list[Equal]:
    """Return the values asked for that a field with known values never has."""
    found = known(path)
    if found is None or found.values is None or may_cross_array(path, known):
        return []
    equals = [test for test in values.tests if isinstance(test, Equal)]
    return [test for test in equals if not any(holds(Values((test,)), value) for value in found.values)]


def _object(node: Object, path: FieldPath, known: Known) -> Verdict:
    parts = [_node(below, (*path, name), known) for name, below in node.fields]
    parts += [_absent(one, path, known) for one in node.absent]
    parts += [_combined(one, path, known) for one in node.combined]
    return _all(parts)


def _node(node: Node, path: FieldPath, known: Known) -> Verdict:
    if isinstance(node, Values):
        return _values(node, path, known)
    return MAYBE if _may_be_array(known(path)) else _object(node, path, known)


def _all(parts: list[Verdict]) -> Verdict:
    for part in parts:
        if part.holds == "never":
            return part
    if any(part.holds == "maybe" for part in parts):
        return MAYBE
    return Verdict("always", "; ".join(part.why for part in parts if part.why))


def _combined(one: AnyOf | AllOf | Not, path: FieldPath, known: Known) -> Verdict:
    if isinstance(one, Not):
        return _opposite(_object(one.option, path, known))
    parts = [_object(option, path, known) for option in one.options]
    return _all(parts) if isinstance(one, AllOf) else _opposite(_all([_opposite(part) for part in parts]))


def _opposite(verdict: Verdict) -> Verdict:
    match verdict.holds:
        case "always":
            return Verdict("never", verdict.why)
        case "never":
            return Verdict("always", verdict.why)
        case _:
            return MAYBE


def _absent(one: Absent, path: FieldPath, known: Known) -> Verdict:
    whole = (*path, *one.path)
    found = known(whole)
    if found is None or may_cross_array(whole, known) or one.leaf:
        return MAYBE
    if found.forbidden:
        return Verdict("always", f"{joined(whole)} is not allowed by the schema")
    return Verdict("never", f"{joined(whole)} is required") if found.required else MAYBE


def _values(node: Values, path: FieldPath, known: Known) -> Verdict:
    found = known(path)
    if found is None:
        return MAYBE
    name = joined(path)
    if found.forbidden:
        return _always(holds(node, MISSING), f"{name} is not allowed by the schema")
    missing = [] if found.required else [MISSING]
    if found.values is not None:
        answers = {holds(node, value) for value in (*found.values, *missing)}
        return _always(answers.pop(), f"{name} has its values by enum or const") if len(answers) == 1 else MAYBE
    if _may_be_array(found) or found.types is None or "object" in found.types:
        return MAYBE
    answers_of = [_of_types(test, found) for test in node.tests]
    without = {holds(node, MISSING)} if missing else set()
    if all(one.holds == "never" for one in answers_of) and True not in without:
        return Verdict("never", f"{name} {'; '.join(dict.fromkeys(one.why for one in answers_of))}")
    certain = [one for one in answers_of if one.holds == "always"]
    return Verdict("always", f"{name} {certain[0].why}") if certain and False not in without else MAYBE


def _always(answer: bool, why: str) -> Verdict:
    return Verdict("always" if answer else "never", why)


def _of_types(test: Test, found: PayloadField) -> Verdict:
    """Judge a test of a scalar by the types and bounds that it has."""
    assert found.types is not None
    is_type = f"is {' or '.join(sorted(found.types))} by type"
    match test:
        case Equal(value):
            return MAYBE if _type_names(value) & found.types else Verdict("never", is_type)
        case Numeric():
            return _numeric(test, found, is_type)
        case AnythingBut(tests):
            inside = [_of_types(one, found) for one in tests]
            return Verdict("always", is_type) if all(one.holds == "never" for one in inside) else MAYBE
        case _ if isinstance(test, LeafTest):
            return MAYBE if "string" in found.types else Verdict("never", is_type)
        case _:
            return MAYBE


def _numeric(test: Numeric, found: PayloadField, is_type: str) -> Verdict:
    numbers = {"number", "integer"}
    span = interval(test)
    if not numbers & (found.types or numbers):
        return Verdict("never", is_type)
    if span is None:
        return MAYBE
    (low, above), (high, below) = span
    if found.high is not None and (found.high[0] < low or (found.high[0] == low and (found.high[1] or above))):
        return Verdict("never", f"is at most {found.high[0]} by {_keyword('Maximum', found.high[1])}")
    if found.low is not None and (found.low[0] > high or (found.low[0] == high and (found.low[1] or not below))):
        return Verdict("never", f"is at least {found.low[0]} by {_keyword('Minimum', found.low[1])}")
    reaches_down = low == float("-inf") or (
        found.low is not None and (found.low[0] > low or (found.low[0] == low and (found.low[1] or not above)))
    )
    reaches_up = high == float("inf") or (
        found.high is not None and (found.high[0] < high or (found.high[0] == high and (found.high[1] or bool(below))))
    )
    whole = reaches_down and reaches_up and (found.types or frozenset()) <= numbers
    return Verdict("always", "is within the bounds of its schema by minimum or maximum") if whole else MAYBE


def _keyword(name: str, exclusive: bool) -> str:
    return f"exclusive{name}" if exclusive else name.lower()


def _may_be_array(found: PayloadField | None) -> bool:
    return found is None or (not found.forbidden and (found.types is None or "array" in found.types))


def _type_names(value: object) -> set[str]:
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, str):
        return {"string"}
    return {"number", "integer"} if float(value).is_integer() else {"number"}  # type: ignore[arg-type]  # a number
