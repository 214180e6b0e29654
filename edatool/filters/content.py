"""What a filter looks at: the content of one message."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from edatool.frozen import frozen

ROOTS = ("data", "headers", "key", "type")
"""The names with which every path begins."""


class Missing:
    """Stands for a field that is not there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "missing"


MISSING = Missing()


@frozen
class Content:
    """A message as filters see it: its parsed payload, routing key, headers, and type (None where it has none).

    The payload is as ``contracts.payload.parse`` returns it.
    """

    data: object
    key: str = ""
    headers: Mapping[str, object] = field(default_factory=dict)
    type: str | None = None

    def root(self, *, joined: bool = False) -> dict[str, object]:
        """Return the object in which the paths of a filter begin.

        With ``joined``, as EventBridge sees it: a name with dots is the names between them, one in the other.
        """
        root: dict[str, object] = {"data": self.data, "headers": self.headers, "key": self.key}
        root |= {} if self.type is None else {"type": self.type}
        return _divided(root) if joined and _has_dots(root) else root


def _has_dots(value: object) -> bool:
    if isinstance(value, dict):
        return any("." in name or _has_dots(below) for name, below in value.items())
    return isinstance(value, (list, tuple)) and any(map(_has_dots, value))


def _divided(value: Any) -> Any:
    """Return a value in which every object has the objects of its names with dots."""
    if isinstance(value, (list, tuple)):
        return [_divided(one) for one in value]
    if not isinstance(value, dict):
        return value
    whole: dict[str, object] = {}
    for name, below in value.items():
        *around, last = name.split(".")
        one = {last: _divided(below)}
        for outer in reversed(around):
            one = {outer: one}
        _add(whole, one)
    return whole


def _add(whole: dict[str, Any], more: dict[str, Any]) -> None:
    """Add fields to an object; what stands in both counts as one array."""
    for name, value in more.items():
        there = whole.get(name, MISSING)
        if isinstance(there, dict) and isinstance(value, dict):
            _add(there, value)
        else:
            whole[name] = value if there is MISSING else [*listed(there), *listed(value)]


def listed(value: object) -> list[object]:
    """Return the elements of an array, or one value as the only one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]
