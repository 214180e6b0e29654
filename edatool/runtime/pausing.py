"""Waiting for a while, for who may be told meanwhile not to go on."""

import time
from collections.abc import Callable

_GLANCE = 0.1
"""Seconds between looks: a signal handler may set a flag, but take no lock to wake anybody."""


def pause(seconds: float, is_over: Callable[[], bool]) -> None:
    """Wait for some seconds, or until it is over."""
    end = time.monotonic() + seconds
    while not is_over() and (left := end - time.monotonic()) > 0:
        time.sleep(min(_GLANCE, left))
