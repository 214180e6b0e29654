"""What filters ask for that the contracts of the events that come to them do not know."""

from collections.abc import Iterator

from edatool.checks.filtered import AnyUse
from edatool.filters.analysis import conditions, may_cross_array, wrong_values
from edatool.filters.pattern import Equal, FieldPath, Values


def unknown_fields(use: AnyUse) -> Iterator[tuple[FieldPath, Values]]:
    """Yield conditions on fields of the payload that no contract mentions."""
    for path, values in conditions(use.filter.pattern):
        if (
            path[0] == "data"
            and len(path) > 1
            and use.arriving
            and not any(may_cross_array(path, one.known) for one in use.arriving)
        ):
            fields = [one.known(path) for one in use.arriving]
            if all(field is not None and not field.known for field in fields):
                yield path, values


def unknown_values(use: AnyUse) -> Iterator[tuple[FieldPath, Values, Equal]]:
    """Yield values asked for that none of the contracts allows."""
    for path, values in conditions(use.filter.pattern):
        each = [wrong_values(path, values, one.known) for one in use.arriving]
        for test in each[0] if each else ():
            if all(test in wrong for wrong in each):
                yield path, values, test
