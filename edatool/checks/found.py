"""What a rule yields: a place in a spec or schema, what is wrong there, a correction. Its code is in the catalogue."""

from collections.abc import Iterator

from edatool.findings import Correction, Finding, Fix, Position
from edatool.frozen import frozen
from edatool.spec.spec import Spec
from edatool.spec.yaml_document import Path


@frozen
class Spot:
    """The value at a path of the spec, or its key, such as a name."""

    path: Path
    key: bool = False


Found = Iterator[tuple[Spot | Position, str] | tuple[Spot, str, Correction | None]]
"""A correction goes with it where only one thing can be right, whatever its author had in mind."""


def at(*path: str | int) -> Spot:
    """Return the value at a path."""
    return Spot(path)


def at_key(*path: str | int) -> Spot:
    """Return the key at a path."""
    return Spot(path, key=True)


def finding(
    code: str, spec: Spec, spot: Spot | Position, message: str, correction: Correction | None = None
) -> Finding:
    """Return what a rule found as a finding with its place in a file, and its fix."""
    if isinstance(spot, Position):
        return Finding(code, message, spot)
    place = spec.where_key(*spot.path) if spot.key else spec.where(*spot.path)
    return Finding(code, message, place, _fix(spec, correction) if correction else None)


def _fix(spec: Spec, correction: Correction) -> Fix | None:
    from edatool.spec.text.fixes import fix  # noqa: PLC0415 - most specs need none

    return fix(spec.document, correction)
