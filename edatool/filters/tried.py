"""What a filter said of a payload."""

from collections.abc import Sequence

from edatool.filters.why import Failure
from edatool.findings import Position
from edatool.frozen import frozen


@frozen
class Tried:
    """A payload, by the name it goes by, and the conditions that failed, each with its place (None if unknown)."""

    payload: str
    failures: Sequence[tuple[Failure, Position | None]]

    @property
    def matches(self) -> bool:
        """Whether the filter matched."""
        return not self.failures
