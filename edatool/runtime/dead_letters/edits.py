"""What a person changed in a payload, in a sentence that goes with it."""

import json
from collections.abc import Iterator

from edatool.contracts.payload import parse
from edatool.contracts.pointer import to_text
from edatool.contracts.violation import Violation

LONGEST = 2000
"""Characters of a sentence; it travels in a header."""
_LONGEST_VALUE = 100
_NOTHING = object()


def difference(before: bytes, after: bytes) -> str:
    """Say which fields of a JSON payload changed, or that it is another."""
    old, new = parse(before), parse(after)
    if isinstance(old, Violation) or isinstance(new, Violation):
        return f"another payload: {len(after)} bytes for {len(before)}"
    said = "; ".join(_changes(old, new, ())) or "the same values, written otherwise"
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 3]}..."


def _changes(old: object, new: object, at: tuple[str | int, ...]) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from _changes(old.get(name, _NOTHING), new.get(name, _NOTHING), (*at, name))
    elif (type(old), old) != (type(new), new):
        place = to_text(at) or "the payload"
        if old is _NOTHING:
            yield f"{place} is new: {_short(new)}"
        elif new is _NOTHING:
            yield f"{place} is gone: {_short(old)}"
        else:
            yield f"{place}: {_short(old)} became {_short(new)}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
