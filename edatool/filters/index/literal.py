"""A text that must be in whatever a regular expression is found in."""

import re

_TOKEN = re.compile(
    r"""(?P<open>\()|(?P<close>\))|(?P<either>\|)
    |(?P<repeat>[*+?]|\{\d+(?:,\d*)?\})
    |(?P<escaped>\\[^\w\s])
    |(?P<other>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\\.|[.^${}])
    |(?P<plain>.)""",
    re.DOTALL | re.VERBOSE,
)
_UNCLEAR = re.compile(r"\(\?(?!:|P?<)|\\[pPxuck0-9]|\\b\{|\[\^?\]")
"""Flags, which may ask for no case, escapes of more than one character, and classes that engines end elsewhere."""


def literal(regex: str) -> str:
    """Return the longest such text outside of groups that is plainly seen, empty where there is none."""
    if _UNCLEAR.search(regex):
        return ""
    runs, depth = [""], 0
    for token in _TOKEN.finditer(regex):
        kind, text = token.lastgroup, token[0]
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        if depth or kind == "close":
            runs.append("")
        elif kind == "either":
            return ""
        elif kind == "repeat":
            # What is repeated may stand there never.
            runs[-1] = runs[-1][:-1]
            runs.append("")
        elif kind in ("plain", "escaped"):
            runs[-1] += text[-1]
        else:
            runs.append("")
    return max(runs, key=len)
