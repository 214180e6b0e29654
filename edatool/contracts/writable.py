"""Why a Python value cannot be written as JSON: the first reason, and where."""

import math
from dataclasses import dataclass

from edatool.contracts import pointer
from edatool.contracts.limits import PayloadLimits
from edatool.contracts.violation import Violation
from edatool.frozen import frozen


@frozen
class _Obstacle:
    """What is wrong, and the way to it from the inside out."""

    message: str
    way: list[str | int]


def obstacle(value: object, limits: PayloadLimits) -> Violation | None:
    """Return the first thing in ``value`` that JSON cannot hold, None when there is none."""
    walk = _Walk(limits, limits.max_bytes)
    found = walk.check(value, 0)
    if walk.left < 0:
        return Violation("", f"larger than {limits.max_bytes} bytes: send less")
    return Violation(pointer.to_text(reversed(found.way)), found.message) if found else None


@dataclass(slots=True)
class _Walk:
    limits: PayloadLimits
    left: int
    """How many bytes are left at most: values that are shared may stand for exponentially many."""

    def check(self, value: object, depth: int) -> _Obstacle | None:
        self.left -= len(value) if isinstance(value, str) else 1
        if self.left < 0:
            return _Obstacle("too large", [])
        if isinstance(value, str):
            return None if _is_text(value) else _Obstacle("half a character (a lone surrogate) is here", [])
        if isinstance(value, float):
            return None if math.isfinite(value) else _Obstacle(f"JSON has no {value}: use None", [])
        if isinstance(value, int):
            return None if _is_printable(value) else _Obstacle("too large an integer: send it as a string", [])
        if isinstance(value, dict | list | tuple):
            return self.check_inside(value, depth + 1)
        return None if value is None else _Obstacle(_no_type_for(value), [])

    def check_inside(
        self, value: dict[object, object] | list[object] | tuple[object, ...], depth: int
    ) -> _Obstacle | None:
        if depth > self.limits.max_depth:
            return _Obstacle(f"nested deeper than {self.limits.max_depth} levels, or inside itself: flatten it", [])
        if isinstance(value, dict):
            return self.check_object(value, depth)
        for index, item in enumerate(value):
            found = self.check(item, depth)
            if found:
                found.way.append(index)
                return found
        return None

    def check_object(self, value: dict[object, object], depth: int) -> _Obstacle | None:
        for name, item in value.items():
            if not isinstance(name, str):
                return _Obstacle(f"the key {name!r:.40} is {_a(name)}: JSON's keys are strings", [])
            self.left -= len(name)
            if not _is_text(name):
                return _Obstacle(f"the key {name!r:.40} holds half a character (a lone surrogate)", [])
            found = self.check(item, depth)
            if found:
                found.way.append(name)
                return found
        return None


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_printable(value: int) -> bool:
    """Say whether Python prints the integer: ``sys.set_int_max_str_digits`` allows 640 digits at least."""
    if value.bit_length() < 2048:
        return True
    try:
        int.__repr__(value)
    except ValueError:
        return False
    return True


def _no_type_for(value: object) -> str:
    return f"JSON has no type for {_a(value)}: convert it to a string, a number, a list or a dict"


def _a(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
