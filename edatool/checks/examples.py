"""Payloads as they are shown in messages."""

import json


def brief_payload(payload: object, most: int) -> str:
    """Return a payload as JSON in one line, cut off after so many letters."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= most else text[: most - 3] + "..."
