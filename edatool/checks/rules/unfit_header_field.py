"""A header is promoted from a field that the schema rules out, or that is no string, integer or boolean."""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.checks.used_fields import listed, used_fields

_HEADER_TYPES = {"string", "integer", "boolean", "null"}


def find(subject: Subject) -> Found:
    for event, path, found in used_fields(subject, lambda event: tuple(event.headers.values())):
        header = next(name for name, one in event.headers.items() if one == path)
        if not found.known:
            message = f"the schema knows no field {str(path)!r}: name one that it does"
        elif found.types is not None and not found.types <= _HEADER_TYPES:
            message = f"{str(path)!r} may be {listed(found.types)}, and a header is a string, an integer or a boolean"
        else:
            continue
        yield at("events", event.name, "headers", header), message
