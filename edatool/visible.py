"""Text of others on one line of a terminal or of a log: nothing in it moves the cursor, hides, or gives commands."""

import re
from collections.abc import Iterable

# What CI systems take for commands: GitHub's at the beginning of a line, Azure's and TeamCity's.
_COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#\w*\[)")


def visible(line: str) -> str:
    r"""Return a line with everything escaped that is not seen, or that is more than text.

    Line breaks, control, bidirectional and invisible characters and lone surrogates become ``\n``, ``\x1b``,
    ``\u202e``; so do the first signs of commands to CI systems, ``::error::`` and ``##[error]``.
    """
    if not line.isprintable():
        line = "".join(one if one.isprintable() else _escaped(one) for one in line)
    return _COMMAND.sub(lambda found: f"{found[1]}\\x3a" if found[0].endswith(":") else "\\x23", line)


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode()


def joined(lines: Iterable[str]) -> str:
    """Return a text of these lines, each of which stays one."""
    return "\n".join(map(visible, lines))
