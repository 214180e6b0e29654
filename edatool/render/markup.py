"""Text of others in Markdown of GitHub and GitLab: it is seen as it is, and does nothing."""

import re
from collections.abc import Sequence
from itertools import accumulate

from edatool.visible import visible

_HARMLESS = " .-/:,;=+()'"
_BEFORE_REFERENCES = re.compile(r"(&#(?:33|35|36|37|38|64|126);)(?=[\w&])")
"""What begins a mention of somebody or of something: ``! # $ % & @ ~``."""


def code(text: str) -> str:
    """Return a name as code, in which nothing is markup: pipes, backticks, HTML, mentions."""
    return f"<code>{_escaped(text)}</code>"


def plain(text: str) -> str:
    """Return text in which nothing is markup.

    Who is to be mentioned is decided when the page is made, when entities are characters again: so something that is
    not seen stands behind the first sign.
    """
    return _BEFORE_REFERENCES.sub(r"\1&#8203;", _escaped(text))


def _escaped(text: str) -> str:
    escaped = (char if char.isalnum() or char in _HARMLESS else f"&#{ord(char)};" for char in visible(text))
    return "".join(escaped).replace("://", "&#58;//").replace("www.", "www&#46;")  # else they become links


def fitting(lines: Sequence[str], room: int) -> list[str]:
    """Return as many of the first lines as there is room for, in bytes."""
    lengths = accumulate(len(line.encode()) + 1 for line in lines)
    return [line for line, length in zip(lines, lengths, strict=True) if length <= room]
