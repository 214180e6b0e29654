"""What fails for now is asked again."""

import time
from collections.abc import Callable
from typing import TypeVar

from edatool.code_hosts.http_api import TryAgain

_TRIES = 5
_LONGEST_WAIT = 60.0
"""Seconds: what a job waits for at most between two tries."""

T = TypeVar("T")


def patiently(ask: Callable[[], T], wait: Callable[[float], object] = time.sleep) -> T:
    """Return what is answered, at the fifth time of asking if need be.

    Raises:
        CodeHostError: it is refused, or fails again and again, or the code host wants over a minute of patience.
    """
    for number in range(_TRIES):
        try:
            return ask()
        except TryAgain as failed:
            after = 2.0**number / 2 if failed.after is None else failed.after
            if number == _TRIES - 1 or after > _LONGEST_WAIT:
                raise failed.error from None
            wait(after)
    raise AssertionError
