"""One comment for each marker: found again and updated, never repeated."""

import time
from collections.abc import Callable

from edatool.code_hosts.host import CodeHost, Comment
from edatool.code_hosts.patience import patiently


def keep_comment(host: CodeHost, marker: str, body: str, wait: Callable[[float], object] = time.sleep) -> str:
    """Let the comment whose first line is the marker have this body, or add it, and return where it is.

    Where something fails for now, all of it is tried again: a comment may have been added although the answer was lost.

    Raises:
        CodeHostError: as ``patiently``.
    """
    return patiently(lambda: _keep(host, marker, body), wait)


def find_comment(host: CodeHost, marker: str) -> Comment | None:
    """Return the comment whose first line is the marker and that no stranger has written, None where there is none.

    Raises:
        TryAgain, CodeHostError: as ``CodeHost.read_comments``.
    """
    return next((one for one in host.read_comments() if one.trusted and one.body.splitlines()[:1] == [marker]), None)


def _keep(host: CodeHost, marker: str, body: str) -> str:
    there = find_comment(host, marker)
    return host.update_comment(there, body) if there else host.create_comment(body)
