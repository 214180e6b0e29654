"""What a filter said of payloads, for programs."""

from collections.abc import Sequence
from json import dumps

from edatool.filters.tried import Tried

FORMAT_VERSION = 1


def json(tried: Sequence[Tried]) -> str:
    """Return each payload with whether it matches, and message, file, line and column of failures."""
    payloads = [{"payload": one.payload, "matches": one.matches, "failures": _failures(one)} for one in tried]
    return dumps({"format_version": FORMAT_VERSION, "payloads": payloads}, indent=2)


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
