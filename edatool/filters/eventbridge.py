"""Patterns as EventBridge reads them: ``semantics: eventbridge``.

Written after the user guide of Amazon EventBridge ("Comparison operators for use in event patterns") and the README of
event-ruler, the library behind it. What differs from our own language:

- a pattern is a set of branches, one for each choice of the options of its ``$or``; in a branch the later of two
  conditions on one path replaces the earlier, even one that stands beside the ``$or``;
- only scalars exist: a field that holds an object or an empty array is absent;
- numbers are compared as floating-point numbers of 64 bits;
- a name with dots is the names between them, in patterns and in messages;
- absence is asked only of those elements of an array that conditions on paths before it in the alphabet have chosen.
"""

from collections.abc import Iterator
from dataclasses import replace

from edatool.filters.build import together, under
from edatool.filters.complexity import too_complex
from edatool.filters.operators import NAMES, read_test
from edatool.filters.paths import read_path
from edatool.filters.pattern import (
    Absent,
    AnyOf,
    AnythingBut,
    Exists,
    FieldPath,
    Object,
    Test,
    Values,
    Wildcard,
)
from edatool.filters.reading import FilterReading, Path

MAX_BRANCHES = 1_000
RESERVED = {*NAMES, "exactly", "=", "<", "<=", ">", ">="}
"""The names that no field below ``$or`` may have (event-ruler, README, "Or" relationship)."""

Branch = dict[FieldPath, Values]


def read(value: object, at: Path, reading: FilterReading) -> Object:
    """Read an event pattern; its findings are in ``reading``."""
    branches = _mapping(value, at, (), [{}], reading)
    options = tuple(_object(branch) for branch in _without_mixed(branches, at, reading))
    return options[0] if len(options) == 1 else Object(combined=(AnyOf(options, at),))


def _mapping(
    value: object, at: Path, around: FieldPath, branches: list[Branch], reading: FilterReading
) -> list[Branch]:
    """Add the conditions of a mapping to every branch; ``$or`` makes more branches."""
    if not isinstance(value, dict) or not value:
        reading.wrong("a mapping from fields to lists of values is needed here", at)
        return branches
    if reading.too_deep(at):
        return branches
    for key, inner in value.items():
        place = (*at, key)
        if key == "$or":
            branches = _or(inner, place, around, branches, reading)
        elif str(key).startswith("$"):
            reading.wrong(f"EventBridge has no {key}: leave out semantics to use it", place)
        else:
            branches = _field(inner, place, around, branches, reading)
    return branches


def _or(value: object, at: Path, around: FieldPath, branches: list[Branch], reading: FilterReading) -> list[Branch]:
    if not isinstance(value, list) or len(value) < 2:
        reading.wrong("$or: a list of two patterns at least is needed", at)
        return branches
    if len(value) * len(branches) > MAX_BRANCHES:
        reading.wrong(f"the pattern has more than {MAX_BRANCHES} combinations of $or: divide it", at)
        return branches
    more = []
    for index, option in enumerate(value):
        reserved = sorted(RESERVED & option.keys()) if isinstance(option, dict) else []
        if reserved:
            reading.wrong(f"{reserved[0]!r} is an operator, and stands in a list under a field", (*at, index))
        more += _mapping(option, (*at, index), around, [dict(branch) for branch in branches], reading)
    return more


def _field(value: object, at: Path, around: FieldPath, branches: list[Branch], reading: FilterReading) -> list[Branch]:
    key = str(at[-1])
    names = read_path(key, around, at, reading)
    if names is None:
        return branches
    path = (*around, *names)
    if isinstance(value, dict):
        return _mapping(value, at, path, branches, reading)
    if not isinstance(value, list) or not value:
        reading.wrong(f"{key!r}: a list of values or a mapping is needed", at)
        return branches
    tests = [read_test(one, (*at, index), reading, {}) for index, one in enumerate(value)]
    values = reading.counted(Values(tuple(one for one in tests if one is not None), at))
    if too_complex(_wildcards(values)):
        reading.wrong("EventBridge finds these wildcards too complex: use fewer *, and repeat less behind them", at)
    return [{**branch, path: values} for branch in branches]


def _wildcards(values: Values) -> Iterator[Wildcard]:
    for test in values.tests:
        yield from (
            one for one in (test.tests if isinstance(test, AnythingBut) else (test,)) if isinstance(one, Wildcard)
        )


def _without_mixed(branches: list[Branch], at: Path, reading: FilterReading) -> list[Branch]:
    """Divide branches in which a field may be absent or have a value, until each says one of them."""
    divided: list[Branch] = []
    waiting = branches
    while waiting and len(divided) + len(waiting) <= MAX_BRANCHES:
        branch, *waiting = waiting
        mixed = next(
            (path for path, values in branch.items() if len(_absences(values)) not in (0, len(values.tests))), None
        )
        if mixed is None:
            divided.append(branch)
            continue
        tests = branch[mixed].tests
        absences = _absences(branch[mixed])
        ways = (absences, tuple(one for one in tests if one not in absences))
        waiting += [{**branch, mixed: replace(branch[mixed], tests=way)} for way in ways]
    if waiting:
        reading.wrong(f"the pattern has more than {MAX_BRANCHES} combinations: divide it", at)
    return divided or [{}]


def _absences(values: Values) -> tuple[Test, ...]:
    return tuple(one for one in values.tests if isinstance(one, Exists) and not one.wanted)


def _object(branch: Branch) -> Object:
    present = {path: values for path, values in branch.items() if not _absences(values)}
    whole = together(under(path, values) for path, values in present.items())
    for path, values in branch.items():
        if path not in present:
            before = [other for other in present if ".".join(other) < ".".join(path)]
            depth = max((_common(path, other) for other in before), default=0)
            whole = _with_absent(whole, Absent(path, leaf=True, at=values.at), depth)
    return whole


def _common(path: FieldPath, other: FieldPath) -> int:
    """Return how many names lead to the same object in both."""
    most = min(len(path), len(other)) - 1
    return next((depth for depth in range(most) if path[depth] != other[depth]), most)


def _with_absent(one: Object, absent: Absent, depth: int) -> Object:
    """Ask for absence inside the object that lies ``depth`` names down the path."""
    if depth == 0:
        return replace(one, absent=(*one.absent, absent))
    name, below = absent.path[0], replace(absent, path=absent.path[1:])
    fields = tuple(
        (field, _with_absent(node, below, depth - 1) if field == name and isinstance(node, Object) else node)
        for field, node in one.fields
    )
    return replace(one, fields=fields)
