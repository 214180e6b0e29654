"""What is to change in files, as ``diff -u`` shows it and ``patch`` reads it."""

import re
from collections.abc import Iterable
from difflib import unified_diff

from edatool.spec.text.rewriting import Rewritten
from edatool.visible import visible

_LINE = re.compile("[^\n]*\n|[^\n]+")
_NO_NEWLINE = "\\ No newline at end of file"


def difference(files: Iterable[Rewritten]) -> str:
    """Return the lines that change in each file, with those around them."""
    return "\n".join(line for one in files for line in _lines(one))


def _lines(one: Rewritten) -> Iterable[str]:
    before, after = _LINE.findall(one.before), _LINE.findall(one.after)
    for line in unified_diff(before, after, one.file, one.file):
        yield visible(line.rstrip("\r\n"))
        if not line.endswith("\n"):
            yield _NO_NEWLINE
