"""The paths of a filter: ``data.customer.tier``, ``headers.x-tenant``, ``key``, ``type``."""

import re

from edatool.filters.content import ROOTS
from edatool.filters.pattern import FieldPath
from edatool.filters.reading import FilterReading, Path
from edatool.spec.nearest import nearest

_DOT = re.compile(r"(?<!\\)\.")
_AWS_ROOTS = {"detail": "data", "detail-type": "type"}
"""What EventBridge calls the payload and the event's name (user guide, "Event structure")."""


def read_path(key: str, around: FieldPath, at: Path, reading: FilterReading) -> FieldPath | None:
    """Return the names of a key below ``around``, None (and a finding) where it is no path.

    ``\\.`` is a dot inside a name, where EventBridge has none. The first name of all says which part of the
    message is meant.
    """
    names = tuple(key.split(".")) if reading.eventbridge else names_of(key)
    if not all(names):
        reading.wrong(f"the path {key!r} has an empty name: write data.path.to.field", at)
        return None
    if around:
        return _below(names, around, at, reading)
    first = _AWS_ROOTS.get(names[0], names[0]) if reading.eventbridge else names[0]
    if first not in ROOTS:
        near = nearest(first, ROOTS)
        way_out = f"did you mean {near!r}?" if near else f"a field of the payload is data.{key}"
        reading.wrong(f"the path {key!r} begins with none of {', '.join(ROOTS)}: {way_out}", at)
        return None
    return _below((first, *names[1:]), around, at, reading)


def names_of(path: str) -> FieldPath:
    """Return the names of a path; ``\\.`` is a dot inside a name."""
    return tuple(name.replace("\\.", ".") for name in _DOT.split(path))


def _below(names: FieldPath, around: FieldPath, at: Path, reading: FilterReading) -> FieldPath | None:
    whole = (*around, *names)
    if whole[0] in ("key", "type") and len(whole) > 1:
        reading.wrong(f"{whole[0]} is a string and has no field {whole[1]!r}: write a list of conditions", at)
        return None
    return names
