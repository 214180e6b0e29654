"""Regular expressions that may take long: what no engine of linear time runs, and repeats without a bound."""

import re

from edatool.contracts.regexes.regex import linear

_LOOK = re.compile(r"\(\?<?[=!]")
_BACK = re.compile(r"\\[1-9]|\\k<|\(\?P=")
_UNIT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_REPEATS = re.compile(r"[*+]|\{[0-9]+,\}")


def slow(pattern: str) -> str | None:
    """Say in a few words what of a regular expression may take quadratic time or more; None if nothing does.

    A look ahead at the very start is tried once, and one without ``*``, ``+`` or ``{n,}`` looks at a few characters.
    """
    if linear(pattern):
        return None
    if _BACK.search(pattern):
        return "a back reference"
    units = list(_UNIT.finditer(pattern))
    for index, unit in enumerate(units):
        look = _LOOK.match(pattern, unit.start()) if unit[0] == "(" else None
        if look is None or _is_first(pattern, unit.start()):
            continue
        inside = _inside(units[index:])
        if any(_REPEATS.match(pattern, one.start()) for one in inside if len(one[0]) == 1):
            return f"{look[0]}...) with * or +"
    return None


def _is_first(pattern: str, start: int) -> bool:
    """Say whether nothing stands before a group but ``^`` and other looks ahead, which are tried once too."""
    before = pattern[:start]
    if not before.startswith("^"):
        return False
    units = list(_UNIT.finditer(pattern, 1))
    while units and units[0].start() < start:
        if not re.match(r"\(\?[=!]", pattern[units[0].start() :]):
            return False
        units = units[len(_inside(units)) + 1 :]
    return True


def _inside(units: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return a group, with its first parenthesis and without its last."""
    depth = 0
    for index, unit in enumerate(units):
        depth += (unit[0] == "(") - (unit[0] == ")")
        if depth == 0:
            return units[:index]
    return units
