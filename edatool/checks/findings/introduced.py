"""The findings that a change introduces."""

import re
from collections import Counter
from collections.abc import Iterable

from edatool.findings import Finding

_PLACE = re.compile(r"\S+:\d+:\d+|\b(?:line|column) \d+")


def introduced(before: Iterable[Finding], now: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that were not there before, or not so often, wherever they stand now.

    Alike are those of one code and one message, but for the places in it. Of more alike ones than before the last
    ones are new.
    """
    known = Counter(map(_said, before))
    new = []
    for one in now:
        if known[_said(one)]:
            known[_said(one)] -= 1
        else:
            new.append(one)
    return tuple(new)


def _said(one: Finding) -> tuple[str, str]:
    return one.code, _PLACE.sub("", one.message)
