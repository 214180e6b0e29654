"""Regular expressions that repeat what repeats, such as ``(a+)+$``.

An engine that backtracks tries every way to share out a text among the rounds: twice as many for each character.
"""

import re

from edatool.frozen import mutable

_UNIT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!>]|<[=!]|P?<\w+>|[a-z]+:?))?|.", re.DOTALL)
_REPEAT = re.compile(r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})?")
_EDGES = frozenset(("^", "$", r"\b", r"\B"))


@mutable
class _Group:
    """A group that is being read: whether one of its alternatives only repeats, and whether one may be empty."""

    start: int = 0
    runs: bool = False
    empty: bool = False
    needed: int = 0
    """How many parts of the alternative at hand have to be there."""
    repeats: int = 0
    """How many of its parts repeat, and how many of these have to be there."""
    needed_repeats: int = 0

    def add(self, *, runs: bool, empty: bool) -> None:
        self.needed += not empty
        self.repeats += runs
        self.needed_repeats += runs and not empty

    def end_alternative(self) -> None:
        self.runs |= self.repeats > 0 and self.needed == self.needed_repeats <= 1
        self.empty |= self.needed == 0
        self.needed = self.repeats = self.needed_repeats = 0


def repeated_repeat(pattern: str) -> str | None:
    """Return the first part of a pattern that repeats a repeat with something behind it, None without one."""
    groups, end = [_Group()], 0
    while end < len(pattern):
        unit = _UNIT.match(pattern, end)
        assert unit, pattern
        start, end = unit.span()
        if unit[0][0] == "(":
            groups.append(_Group(start))
        elif unit[0] == "|":
            groups[-1].end_alternative()
        else:
            one = _Group(start)
            if unit[0] == ")" and len(groups) > 1:
                one = groups.pop()
                one.end_alternative()
            repeat = _REPEAT.match(pattern, end)
            assert repeat, pattern
            end = repeat.end()
            again = repeat[0][:1] in ("*", "+") or repeat[0].endswith(",}")
            if one.runs and again and pattern[end:].strip(")"):
                return pattern[one.start : end]
            runs = one.runs or (again and unit[0] not in _EDGES)
            groups[-1].add(runs=runs, empty=one.empty or repeat[0][:1] in ("*", "?") or repeat[0].startswith("{0"))
    return None
