"""What a filter said of payloads, for people."""

from collections.abc import Sequence

from edatool.filters.tried import Tried
from edatool.visible import joined


def text(tried: Sequence[Tried]) -> str:
    """Return a line for each payload, and one for each condition that failed."""
    lines = []
    for one in tried:
        lines.append(f"{'matches       ' if one.matches else 'does not match'}  {one.payload}")
        lines += [f"    {failure}{f'  ({at})' if at else ''}" for failure, at in one.failures]
    return joined(lines)
