"""The lines of a YAML text."""

import re

LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
"""What libyaml takes for the end of a line."""
_COMMENT = re.compile(r"[ \t]*(#[^\r\n]{,60})")


def line_and_column(text: str, index: int) -> tuple[int, int]:
    """Return where a character stands; both count from 1."""
    start, line = 0, 1
    for match in LINE_BREAK.finditer(text, 0, index):
        start, line = match.end(), line + 1
    return line, index - start + 1


def comment_at(text: str, index: int) -> str | None:
    """Return the comment that is all there is on a line from ``index`` on."""
    match = _COMMENT.match(text, index)
    return match[1] if match else None
