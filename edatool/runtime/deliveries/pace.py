"""A limit of requests in a time."""

import threading
import time
from collections.abc import Callable

from edatool.runtime.consume.failures import NotProcessed
from edatool.runtime.pausing import pause


class Pace:
    """Gives each request its time, evenly, one after the other; for any number of threads."""

    def __init__(self, per_second: float) -> None:
        self._between = 1 / per_second
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, is_over: Callable[[], bool]) -> None:
        """Return when the next request may be made.

        Raises:
            NotProcessed: it was over before.
        """
        with self._lock:
            now = time.monotonic()
            start = max(self._next, now)
            self._next = start + self._between
        pause(start - now, is_over)
        if is_over():
            raise NotProcessed
