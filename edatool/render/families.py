"""Many names of events in few words."""

from collections.abc import Sequence

_WHOLE = 6
"""So many names are all named."""
_PARTS = 8
"""So many families are named, where there are more names."""


def families(names: Sequence[str]) -> str:
    """Name all of a few, and of many how many begin with the same word: ``order.* (5), payment.* (5)``."""
    if len(names) <= _WHOLE:
        return ", ".join(names)
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.partition(".")[0], []).append(name)
    parts = [f"{first}.* ({len(own)})" if len(own) > 1 else own[0] for first, own in found.items()]
    left = sum(len(own) for own in list(found.values())[_PARTS:])
    return ", ".join(parts[:_PARTS]) + (f" and {left} more" if left else "")
