"""One thing that was looked at."""

from collections.abc import Iterator
from typing import Literal

from edatool.frozen import frozen

State = Literal["ok", "warning", "error"]


@frozen
class Check:
    """What was looked at, how it is, and what was found; of what is not ok, ``says`` ends in the way out."""

    name: str
    state: State
    says: str


Checks = Iterator[Check]


def ok(name: str, says: str) -> Check:
    """Return that all is well."""
    return Check(name, "ok", says)


def warning(name: str, says: str) -> Check:
    """Return that something works, and not as well as it could."""
    return Check(name, "warning", says)


def error(name: str, says: object) -> Check:
    """Return that something does not work."""
    return Check(name, "error", str(says))
