"""What a filter said of payloads, for people and for programs."""

import json
from collections.abc import Sequence

from edatool.filters.why import Failure
from edatool.findings import Position
from edatool.frozen import frozen
from edatool.visible import joined

FORMAT_VERSION = 1


@frozen
class Tried:
    """A payload, by the name it goes by, and the conditions that failed, each with its place (None if unknown)."""

    payload: str
    failures: Sequence[tuple[Failure, Position | None]]

    @property
    def matches(self) -> bool:
        """Whether the filter matched."""
        return not self.failures


def text(tried: Sequence[Tried]) -> str:
    """Return a line for each payload, and one for each condition that failed."""
    lines = []
    for one in tried:
        lines.append(f"{'matches       ' if one.matches else 'does not match'}  {one.payload}")
        lines += [f"    {failure}{f'  ({at})' if at else ''}" for failure, at in one.failures]
    return joined(lines)


def as_json(tried: Sequence[Tried]) -> str:
    """Return the same as JSON: each payload with whether it matches, and message, file, line and column of failures."""
    payloads = [{"payload": one.payload, "matches": one.matches, "failures": _failures(one)} for one in tried]
    return json.dumps({"format_version": FORMAT_VERSION, "payloads": payloads}, indent=2)


def _failures(one: Tried) -> list[dict[str, object]]:
    return [
        {
            "message": failure.message,
            "file": at.file if at else None,
            "line": at.line if at else None,
            "column": at.column if at else None,
        }
        for failure, at in one.failures
    ]
