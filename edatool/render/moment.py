"""Times as people and programs read them."""

from datetime import UTC, datetime


def moment(time: datetime) -> str:
    """Return a time to the second in UTC, such as ``2026-11-30T09:30:00Z`` (ISO 8601)."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
