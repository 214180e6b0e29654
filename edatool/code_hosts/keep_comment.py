"""One comment for each marker: found again and updated, never repeated."""

import time
from collections.abc import Callable

from edatool.code_hosts.host import CodeHost
from edatool.code_hosts.http_api import TryAgain

_TRIES = 5
_LONGEST_WAIT = 60.0
"""Seconds: what a job waits for at most between two tries."""


def keep_comment(host: CodeHost, marker: str, body: str, wait: Callable[[float], object] = time.sleep) -> str:
    """Let the comment whose first line is the marker have this body, or add it, and return where it is.

    Where something fails for now, all of it is tried again: a comment may have been added although the answer was lost.

    Raises:
        CodeHostError: it is refused, or fails again and again, or the code host wants over a minute of patience.
    """
    for number in range(_TRIES):
        try:
            return _keep(host, marker, body)
        except TryAgain as failed:
            after = 2.0**number / 2 if failed.after is None else failed.after
            if number == _TRIES - 1 or after > _LONGEST_WAIT:
                raise failed.error from None
            wait(after)
    raise AssertionError


def _keep(host: CodeHost, marker: str, body: str) -> str:
    ours = (one for one in host.read_comments() if one.trusted and one.body.splitlines()[:1] == [marker])
    there = next(ours, None)
    return host.update_comment(there, body) if there else host.create_comment(body)
