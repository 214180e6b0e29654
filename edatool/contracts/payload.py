"""Payloads as JSON text: read strictly, written strictly."""

import json
from collections.abc import Iterable

import orjson

from edatool.contracts.kinds import is_finite, levels_in
from edatool.contracts.limits import PayloadLimits
from edatool.contracts.scan import too_deep
from edatool.contracts.strict import Json, JsonFlaw, read
from edatool.contracts.violation import Violation
from edatool.contracts.writable import obstacle

__all__ = ["Json", "PayloadLimits", "Violation", "encode", "parse"]

_DEFAULT = PayloadLimits()
_CONTAINERS = (dict, list, tuple)  # a tuple: a union would be made anew for every value
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def parse(raw: bytes | str, limits: PayloadLimits = _DEFAULT) -> Json | Violation:
    """Read a payload from JSON text (RFC 8259); a refusal says line and column.

    Refused are a text that is not UTF-8 or begins with a byte order mark, NaN and the infinities, numbers
    that Python cannot hold, a key twice in one object, lone surrogates, and what is over the limits.
    Never raises.
    """
    if len(raw) > limits.max_bytes:
        return Violation("", f"{len(raw)} bytes are over the limit of {limits.max_bytes}: send less")
    if isinstance(raw, bytes):
        try:
            fast: Json = orjson.loads(raw)
        except ValueError:
            pass  # what is wrong, and where, is said below
        else:
            # What is written again as it came has lost no key that was there twice, and no digit of a number.
            if _is_shallow(raw, fast, limits) and _compact(orjson.dumps(fast)) == _compact(raw):
                return fast
    value = read(raw, limits.max_depth)
    if isinstance(value, JsonFlaw):
        return Violation("", f"line {value.line}, column {value.column}: {value.message}")
    if isinstance(raw, str) and not raw.isascii() and len(raw.encode()) > limits.max_bytes:
        return Violation("", f"{len(raw.encode())} bytes are over the limit of {limits.max_bytes}: send less")
    return value


def _is_shallow(raw: bytes, value: Json, limits: PayloadLimits) -> bool:
    """Say whether a value that was read is surely nested no deeper than is allowed."""
    if raw.count(b"[") + raw.count(b"{") <= limits.max_depth:
        return True
    levels = levels_in(value, limits)
    return levels is not None and levels <= limits.max_depth


def _compact(text: bytes) -> bytes:
    return text.translate(None, b" \t\n\r")


def encode(value: object, limits: PayloadLimits = _DEFAULT) -> bytes | Violation:
    """Write a Python payload as compact UTF-8 JSON that ``parse`` accepts under the same limits.

    Tuples are written as arrays. Everything else that JSON has no type for, such as Decimal, datetime, set
    and bytes, is refused, as are NaN and the infinities, keys that are no strings, lone surrogates, values
    that contain themselves, and what is over the limits. Never raises.
    """
    text = _written_fast(value, limits) or _written(value, limits)
    if text is None:
        return obstacle(value, limits) or Violation("", "it cannot be written as JSON: use plain values")
    if len(text) > limits.max_bytes:
        return Violation("", f"{len(text)} bytes are over the limit of {limits.max_bytes}: send less")
    return text


def _written_fast(value: object, limits: PayloadLimits) -> bytes | None:
    """Write what is surely JSON; None where that takes a closer look, as for integers beyond 64 bits."""
    levels = levels_in(value, limits)
    if levels is None:
        return None
    try:
        text = orjson.dumps(value)
    except (TypeError, MemoryError):
        return None
    if len(text) > limits.max_bytes:
        return None
    # orjson writes NaN and the infinities as null.
    if b"null" in text and not is_finite(value):
        return None
    return text if levels <= limits.max_depth or too_deep(text.decode(), limits.max_depth) is None else None


def _written(value: object, limits: PayloadLimits) -> bytes | None:
    """Write JSON, None where that goes wrong: only ``obstacle`` takes the time to find out why."""
    if not _has_string_keys(value, limits.max_bytes):
        return None
    try:
        text = _ENCODER.encode(value)
        return text.encode("utf-8") if too_deep(text, limits.max_depth) is None else None
    except (TypeError, ValueError, RecursionError):
        return None


def _has_string_keys(value: object, most: int) -> bool:
    """Say whether all keys are strings and all fits into so many bytes, as far as a quick look can tell.

    The encoder of the standard library would turn other keys into strings, and write a shared value again
    and again.
    """
    waiting: list[object] = [value]
    while waiting and most >= 0:
        container = waiting.pop()
        items: Iterable[object] = ()
        if isinstance(container, dict):
            for key in container:
                if not isinstance(key, str):
                    return False
                most -= len(key)
            items = container.values()
        elif isinstance(container, list | tuple):
            items = container
        for item in items:
            if isinstance(item, _CONTAINERS):
                waiting.append(item)
            most -= len(item) if isinstance(item, str) else 1
    return most >= 0
