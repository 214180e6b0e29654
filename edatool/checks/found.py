"""What a rule yields: a place in the spec, and what is wrong there. Its code comes from the catalogue."""

from collections.abc import Iterator

from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.spec.spec import Spec
from edatool.spec.yaml_document import Path


@frozen
class Spot:
    """The value at a path of the spec, or its key, such as a name."""

    path: Path
    key: bool = False


Found = Iterator[tuple[Spot, str]]


def at(*path: str | int) -> Spot:
    """Return the value at a path."""
    return Spot(path)


def at_key(*path: str | int) -> Spot:
    """Return the key at a path."""
    return Spot(path, key=True)


def finding(code: str, spec: Spec, spot: Spot, message: str) -> Finding:
    """Return what a rule found as a finding with its place in a file."""
    return Finding(code, message, spec.where_key(*spot.path) if spot.key else spec.where(*spot.path))
