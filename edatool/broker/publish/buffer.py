"""Messages that any thread puts in, each until its outcome is known: of bounded size, so that callers wait for room."""

import threading
import time
from collections import deque
from collections.abc import Callable
from queue import Full

from edatool.broker.publish.pending import Pending
from edatool.errors import BrokerError, WrongUsage

CLOSED = "this was closed: publish before, or make a new one"


class Buffer:
    """What is outstanding: ``limit`` messages at most, with ``most_bytes`` of bodies, unless it is a single one.

    ``waiting`` holds those of them that are to be written, which one thread, the ``reader``, takes out. ``woken`` is
    whether it was told to look, ``coming`` whether it will do so by itself in a moment. While ``closing``, nothing more
    is accepted.
    """

    def __init__(self, limit: int, most_bytes: int) -> None:
        self.limit, self._most_bytes = limit, most_bytes
        self.waiting: deque[Pending] = deque()
        self.reader: threading.Thread | None = None
        self.woken = self.coming = self.closing = False
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._outstanding = self._bytes = self._callers = 0

    # Called by any thread

    def accept(self, pending: Pending, *, wait: bool) -> bool:
        """Put a message in, once there is room; return whether the reader has to be woken.

        Raises:
            Full: there was no room until the deadline of the message, or at once where it is not to ``wait``.
            WrongUsage: after ``close``, or there is no room and the reader itself would have to wait.
        """
        size = len(pending.message.body)
        with self._lock:
            if self._is_full(size):
                self._wait_for_room(size, pending.deadline, wait=wait)
            if self.closing:
                raise WrongUsage(CLOSED)
            self._outstanding += 1
            self._bytes += size
            self.waiting.append(pending)
            # A message that is alone is sent at once; under load the other thread comes by itself.
            wake = not self.woken and (self._outstanding == 1 or not self.coming)
            self.woken = self.woken or wake
        return wake

    def close(self, timeout: float) -> None:
        """Accept nothing more, and wait until all messages have their outcome, or there is no reader anymore."""
        deadline = time.monotonic() + timeout
        with self._lock:
            self.closing = True
            while self._outstanding and self._is_read() and (left := deadline - time.monotonic()) > 0:
                self._room.wait(min(left, 1.0))

    def _is_read(self) -> bool:
        return self.reader is not None and self.reader.is_alive()

    def _is_full(self, size: int) -> bool:
        return self._outstanding >= self.limit or (self._bytes > 0 and self._bytes + size > self._most_bytes)

    def _wait_for_room(self, size: int, deadline: float, *, wait: bool) -> None:
        if threading.current_thread() is self.reader:
            raise WrongUsage("the buffer is full, and a callback of a receipt cannot wait: publish in another thread")
        self._callers += 1
        try:
            while self._is_full(size):
                left = deadline - time.monotonic()
                if not wait or left <= 0:
                    raise Full
                self._room.wait(left)
        finally:
            self._callers -= 1

    # Called by the reader

    def take(self, which: Callable[[Pending], bool]) -> list[Pending]:
        """Take some of what waits to be sent."""
        with self._lock:
            taken: list[Pending] = []
            staying: list[Pending] = []
            for one in self.waiting:
                (taken if which(one) else staying).append(one)
            self.waiting.clear()
            self.waiting.extend(staying)
        return taken

    def settle_waiting(self, error: BrokerError, now: float | None = None) -> None:
        """Settle what waits to be sent, or of it what is overdue."""
        over = self.take(lambda one: now is None or one.deadline < now)
        for pending in over:
            pending.settle("unknown", str(error), None if pending.doubtful else error)
        self.forget(over)

    def forget(self, pendings: list[Pending]) -> None:
        """Make room: these have their outcome."""
        if not pendings:
            return
        with self._lock:
            self._outstanding -= len(pendings)
            self._bytes -= sum([len(pending.message.body) for pending in pendings])
            if self._callers or self.closing:
                self._room.notify_all()
