"""What a filter looks at: the content of one message."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ROOTS = ("data", "headers", "key", "type")
"""The names with which every path begins."""


class Missing:
    """Stands for a field that is not there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "missing"


MISSING = Missing()


@dataclass(frozen=True, slots=True)
class Content:
    """A message as filters see it: its parsed payload, routing key, headers, and type (None where it has none).

    The payload is as ``contracts.payload.parse`` returns it.
    """

    data: object
    key: str = ""
    headers: Mapping[str, object] = field(default_factory=dict)
    type: str | None = None

    def root(self) -> dict[str, object]:
        """Return the object in which the paths of a filter begin."""
        root = {"data": self.data, "headers": self.headers, "key": self.key}
        return root if self.type is None else {**root, "type": self.type}
