"""Names and payloads as they are shown in messages."""

import json


def brief_name(name: str) -> str:
    """Return a name in quotes, cut off where it is long."""
    return repr(name if len(name) <= 40 else name[:37] + "...")


def brief_payload(payload: object, most: int) -> str:
    """Return a payload as JSON in one line, cut off after so many letters."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= most else text[: most - 3] + "..."
