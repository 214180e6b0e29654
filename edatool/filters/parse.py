"""Plain values to a filter, or to everything that is wrong with them."""

from edatool.filters.build import together, under
from edatool.filters.operators import NAMES, Read, read_test
from edatool.filters.paths import read_path
from edatool.filters.pattern import (
    AllOf,
    AnyOf,
    Every,
    FieldPath,
    Filter,
    Never,
    Node,
    Not,
    Object,
    Test,
    Values,
)
from edatool.filters.reading import FilterReading, Path, Where
from edatool.findings import Finding

_COMBINING = ("$or", "$and", "$not")


def parse(value: object, at: Path, where: Where) -> Filter | list[Finding]:
    """Read a pattern, or ``{semantics: eventbridge, pattern: ...}``, that stands at a path.

    ``where`` gives the position of a path for findings, of which there are all at once, each with the code E291.
    """
    reading = FilterReading(where, at)
    if isinstance(value, dict) and "semantics" in value:
        pattern = _with_semantics(value, at, reading)
    else:
        pattern = _Parser(reading).mapping(value, at, ())
    return reading.findings or Filter(pattern, reading.eventbridge)


def _with_semantics(value: dict[str, object], at: Path, reading: FilterReading) -> Object:
    if value["semantics"] != "eventbridge":
        reading.wrong(
            "semantics: eventbridge is the only one that is written: leave it out for ours", (*at, "semantics")
        )
    for key in value.keys() - {"semantics", "pattern"}:
        reading.wrong(f"beside semantics stands pattern, not {key!r}: put it into the pattern", (*at, key))
    if "pattern" not in value:
        reading.wrong("the pattern is missing: write it under pattern", at)
        return Object()
    from edatool.filters import eventbridge  # noqa: PLC0415 - few filters are written in its language

    reading.eventbridge = True
    return eventbridge.read(value["pattern"], (*at, "pattern"), reading)


class _Parser:
    """Reads one pattern in our own language."""

    def __init__(self, reading: FilterReading) -> None:
        self.reading = reading

    def mapping(self, value: object, at: Path, around: FieldPath) -> Object:
        """Read conditions on the fields of an object that stands at the path ``around`` of the message."""
        if not isinstance(value, dict) or not value:
            self.reading.wrong("a mapping from paths to conditions is needed here", at)
            return Object()
        if self.reading.too_deep(at):
            return Object()
        return together(self.entry(str(key), inner, (*at, key), around) for key, inner in value.items())

    def entry(self, key: str, value: object, at: Path, around: FieldPath) -> Object:
        if key.startswith("$"):
            return self.combined(key, value, at, around)
        names = read_path(key, around, at, self.reading)
        return Object() if names is None else under(names, self.condition(value, at, (*around, *names)))

    def combined(self, key: str, value: object, at: Path, around: FieldPath) -> Object:
        if key not in _COMBINING:
            self.reading.wrong(f"unknown operator {key!r}: known here are {', '.join(_COMBINING)}", at)
            return Object()
        if key == "$not":
            return Object(combined=(Not(self.mapping(value, at, around), at),))
        if not isinstance(value, list) or not value:
            self.reading.wrong(f"{key}: a list of patterns is needed", at)
            return Object()
        options = tuple(self.mapping(one, (*at, index), around) for index, one in enumerate(value))
        return Object(combined=(AnyOf(options, at) if key == "$or" else AllOf(options, at),))

    def condition(self, value: object, at: Path, around: FieldPath) -> Node:
        """Read what stands under a path: a list of alternatives, one scalar, or a mapping of further paths."""
        if isinstance(value, dict):
            if value and all(key in NAMES for key in value):
                name = next(iter(value))
                self.reading.wrong(
                    f"operators stand in a list: write [{{{name}: ...}}]; a field of that name is written "
                    f"in the path, as in {'.'.join(around)}.{name}",
                    at,
                )
                return Values((), at)
            return self.mapping(value, at, around)
        return self.alternatives(
            value if isinstance(value, list) else [value], at, around, listed=isinstance(value, list)
        )

    def alternatives(self, value: list[object], at: Path, around: FieldPath, *, listed: bool) -> Values:
        if not value:
            self.reading.wrong("the list is empty, so nothing would match: write at least one value", at)
        if self.reading.too_deep(at):
            return Values((), at)

        further: dict[str, Read] = {
            "all": lambda inner, place, _: Every(self.condition(inner, place, (*around, "[]"))),
            "none": lambda inner, place, _: Never(self.condition(inner, place, (*around, "[]"))),
        }
        places = [(*at, index) if listed else at for index in range(len(value))]
        tests: list[Test | None] = [
            read_test(one, place, self.reading, further) for one, place in zip(value, places, strict=True)
        ]
        return self.reading.counted(Values(tuple(one for one in tests if one is not None), at))
