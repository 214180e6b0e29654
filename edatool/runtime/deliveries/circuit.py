"""A circuit breaker: whether a host is asked, or left alone for a while."""

import threading
import time
from collections.abc import Callable

from edatool.counted import counted
from edatool.runtime.consume.failures import NotProcessed
from edatool.runtime.pausing import pause
from edatool.spec.deliveries import SpecCircuit

_GLANCE = 0.5


class Circuit:
    """Opens after failures in a row; then the host is asked once after each pause, until it answers.

    ``changed`` is told whether it is open now, by the thread whose request has shown it, and must be quick. For any
    number of threads.
    """

    def __init__(
        self, host: str, circuit: SpecCircuit, changed: Callable[[bool], None], tell: Callable[[str], None]
    ) -> None:
        self._host, self._changed, self._tell = host, changed, tell
        self._most, self._first, self._longest = circuit.failures, circuit.pause / 1000, circuit.longest_pause / 1000
        self._lock = threading.Lock()
        self._failures, self._pause = 0, self._first
        self._again_at: float | None = None
        """None while it is closed."""
        self._is_awaited = False

    @property
    def is_open(self) -> bool:
        """Whether the host is left alone."""
        return self._again_at is not None

    def wait(self, is_over: Callable[[], bool]) -> None:
        """Return when the host may be asked.

        Raises:
            NotProcessed: it may not, as somebody else waits for that, or all is over.
        """
        with self._lock:
            if self._again_at is None:
                return
            seconds, waits = self._again_at - time.monotonic(), not self._is_awaited
            self._is_awaited = True
        if not waits:
            pause(_GLANCE, is_over)  # what is given back may come again at once
            raise NotProcessed
        pause(seconds, is_over)
        with self._lock:
            self._is_awaited = False
        if is_over():
            raise NotProcessed

    def answered(self) -> None:
        """Note that the host answered: the circuit is closed."""
        if not self._failures:
            return
        with self._lock:
            was_open = self.is_open
            self._failures, self._pause, self._again_at = 0, self._first, None
            if was_open:
                self._changed(self.is_open)
        if was_open:
            self._tell(f"{self._host} answers: its events go on")

    def failed(self, why: str, after: float | None) -> None:
        """Note that it failed, and in how many seconds it wants to be asked again if it said so."""
        with self._lock:
            now, was_open = time.monotonic(), self.is_open
            self._failures += 1
            if self._failures < self._most or now < (self._again_at or 0.0):  # what was under way when it was opened
                return
            self._again_at = now + min(max(self._pause, after or 0.0), self._longest)
            self._pause = min(2 * self._pause, self._longest)
            if not was_open:
                self._changed(self.is_open)
        if not was_open:
            reason = f"it failed {counted(self._most, 'time')} in a row, the last time so: {why}"
            self._tell(f"{self._host} is left alone, and its events stay in their queue: {reason}")
