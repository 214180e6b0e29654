"""A filter asks for a field that the schemas of the events that can come to it do not know."""

from edatool.checks.filtered import Filtered
from edatool.checks.found import Found, at
from edatool.checks.unknown_to_contracts import unknown_fields
from edatool.filters.pattern import joined


def find(filtered: Filtered) -> Found:
    for use in filtered.uses:
        for path, values in unknown_fields(use):
            names = ", ".join(repr(one.event.name) for one in use.arriving)
            message = f"no schema of {names} knows {joined(path)}: correct the path, or add the field to the schema"
            yield at(*values.at), message
