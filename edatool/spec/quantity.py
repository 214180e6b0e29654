"""Durations and sizes as people write them."""

import re

from edatool.spec.shape import Quantity

_MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_BYTES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_SECONDS = {"/s": 1, "/m": 60, "/h": 3600}
_STREAM_UNITS = {"Y": "Y", "M": "M", "d": "D", "h": "h", "m": "m", "s": "s"}

UNITS_IN_WORDS = {
    **dict.fromkeys(("msec", "msecs", "millis", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("b", "byte", "bytes"), "B"),
    **dict.fromkeys(("k", "kb"), "KB"),
    **dict.fromkeys(("m", "mb"), "MB"),
    **dict.fromkeys(("g", "gb"), "GB"),
    **dict.fromkeys(("ki", "kib"), "KiB"),
    **dict.fromkeys(("mi", "mib"), "MiB"),
    **dict.fromkeys(("gi", "gib"), "GiB"),
}
"""How people write units, in small letters, and what they mean."""

DURATION = Quantity(tuple(_MILLISECONDS), "a duration such as 5s or 10m")
SIZE = Quantity(tuple(_BYTES), "a size such as 100MB or 2GiB", bare="a number of bytes")
RATE = Quantity(tuple(_SECONDS), "a rate such as 50/s or 1000/h")
AGE = Quantity(tuple(_STREAM_UNITS), "an age such as 7d or 12h")


def _split(text: str) -> tuple[int, str]:
    number = re.match("[0-9]+", text)
    assert number, text
    return int(number[0]), text[number.end() :]


def milliseconds(text: str) -> int:
    """Return a duration (``DURATION``) in milliseconds."""
    number, unit = _split(text)
    return number * _MILLISECONDS[unit]


def per_second(text: str) -> float:
    """Return a rate (``RATE``) per second."""
    number, unit = _split(text)
    return number / _SECONDS[unit]


def size_in_bytes(value: str | int) -> int:
    """Return a size (``SIZE``) in bytes."""
    if isinstance(value, int):
        return value
    number, unit = _split(value)
    return number * _BYTES[unit]


def stream_age(text: str) -> str:
    """Return an age (``AGE``) in the notation of the argument ``x-max-age``, where a day is ``D``."""
    number, unit = _split(text)
    return f"{number}{_STREAM_UNITS[unit]}"


def as_duration(number: int) -> str:
    """Write milliseconds in the largest unit that keeps them whole, 60000 as ``1m``."""
    whole = (unit for unit in reversed(_MILLISECONDS) if number and number % _MILLISECONDS[unit] == 0)
    unit = next(whole, "ms")
    return f"{number // _MILLISECONDS[unit]}{unit}"


def as_size(number: int) -> str | int:
    """Write bytes with the unit that keeps them whole in the fewest characters, 1048576 as ``1MiB``, else bare."""
    whole = [f"{number // size}{unit}" for unit, size in _BYTES.items() if size > 1 and number and number % size == 0]
    return min(whole, key=len, default=number)


def as_age(text: str) -> str:
    """Write an age as the spec does where it is one in the notation of ``x-max-age``, ``7D`` as ``7d``."""
    units = {amqp: unit for unit, amqp in _STREAM_UNITS.items()}
    return text[:-1] + units.get(text[-1:], text[-1:])
