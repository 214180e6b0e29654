"""Values for the fields of an event with which its messages match filters, or just do not."""

from collections.abc import Iterable, Iterator

from edatool.filters.analysis import conditions
from edatool.filters.pattern import Equal, Filter, IgnoreCase, Numeric, Prefix, Suffix, Test, Wildcard
from edatool.spec.template import FieldPath


def at_filters(filters: Iterable[Filter]) -> Iterator[dict[FieldPath, object]]:
    """Yield values for the fields of the payload that filters ask for: all that one asks for, and each alone."""
    for one in filters:
        asked = [
            (FieldPath(path[1:]), [value for test in values.tests for value in _values(test)])
            for path, values in conditions(one.pattern)
            if path[0] == "data" and len(path) > 1
        ]
        found = [(path, values) for path, values in asked if values]
        if found:
            yield {path: values[0] for path, values in found}
        yield from ({path: value} for path, values in found for value in values)


def _values(test: Test) -> Iterator[object]:
    match test:
        case Equal(value):
            yield value
        case Numeric(comparisons):
            for _, bound in comparisons:
                yield from (bound, bound + 1, bound - 1)
        case Prefix(text) | Suffix(text) | IgnoreCase(text):
            yield text
        case Wildcard(pieces):
            yield "x".join(pieces)
        case _:
            pass  # for the rest there is the schema's examples
