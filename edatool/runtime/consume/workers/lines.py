"""Events in order: those with the same key one after the other, by any workers."""

import threading
from collections import deque
from collections.abc import Callable
from functools import partial

from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.workers.job import Job


class Lines:
    """Hands the first event of each key to workers, and the next one once it is said what becomes of that.

    They outlive connections: what is delivered again stays behind what a handler is still at.
    """

    def __init__(self, handling: Handling, begin: Callable[[Job], None]) -> None:
        self._handling, self._begin = handling, begin
        self._lock = threading.Lock()
        self._behind: dict[int, deque[Job]] = {}
        """Those that wait behind the first one, by its key."""

    def take(self, job: Job) -> None:
        """Have a message handled after all others of its key that came before it."""
        key = self._handling.key(job.delivery)
        job = job._replace(then=partial(self._go_on, key))
        with self._lock:
            is_first = key not in self._behind
            if is_first:
                self._behind[key] = deque()
            else:
                self._behind[key].append(job)
        if is_first:
            self._begin(job)

    def _go_on(self, key: int) -> None:
        with self._lock:
            behind = self._behind[key]
            job = behind.popleft() if behind else None
            if job is None:
                del self._behind[key]
        if job:
            self._begin(job)
