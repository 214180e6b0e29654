"""Times as people and programs read them."""

from datetime import UTC, datetime

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def moment(time: datetime) -> str:
    """Return a time to the second in UTC, such as ``2026-11-30T09:30:00Z`` (ISO 8601)."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def duration(seconds: float) -> str:
    """Return whole units, of the largest one of which there are two."""
    for size, unit in _UNITS:
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"
