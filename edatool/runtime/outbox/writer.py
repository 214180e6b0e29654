"""Keeps messages in an outbox, from any thread, each until it is on the disk."""

import atexit
import logging
import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from edatool.broker.message import AmqpMessage, Sent
from edatool.broker.publish import frames
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.publishing import CLOSE_TIMEOUT, EXIT_TIMEOUT, MOST_BYTES, TIMEOUT
from edatool.errors import OutboxError, OutboxFull, OutboxGone, WrongUsage
from edatool.runtime.outbox import file
from edatool.runtime.outbox.outbox import Outbox
from edatool.runtime.outbox.relay import Relay
from edatool.runtime.outbox.schema import INSERT, row

WINDOW = 1000
_CLOSED = "the outbox was closed: publish before, or make a new publisher"
_LOG = logging.getLogger("edatool")


class Keeper:
    """Takes messages in place of a connection: their outcome is ``accepted`` once they are on the disk.

    One background thread writes all that came meanwhile in one transaction, so that many callers share one wait for the
    disk. ``relay``, if there is one, sends what is there in a second thread.

    After ``fork`` the child makes one of its own; one that has kept nothing yet may be taken along.
    """

    def __init__(self, outbox: Outbox, vhost: str, relay: Callable[[], Relay] | None = None) -> None:
        self._outbox, self._vhost, self._make_relay = outbox, vhost, relay
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._room = threading.Condition(self._lock)
        self._waiting: deque[Pending] = deque()
        # The batch that is being written, without what has its outcome already.
        self._writing: dict[Pending, None] = {}
        self._bytes = 0
        self._closing = False
        self._pid = 0
        self._threads: list[threading.Thread] = []
        self._relay: Relay | None = None
        self._database = file.for_adding(outbox.file, outbox.limit)

    def start(self) -> None:
        """Begin to send what an earlier process has left; the first ``submit`` does it, too.

        Raises:
            WrongUsage: after ``close``, or after ``fork``.
        """
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid not in (0, os.getpid()):
                raise WrongUsage("this publisher was in use before the process forked: make one in each process")
            if self._closing:
                raise WrongUsage(_CLOSED)
            if self._pid:
                return
            self._pid = os.getpid()
            self._threads.append(threading.Thread(target=self._write_all, name="edatool-outbox", daemon=True))
            if self._make_relay:
                self._relay = self._make_relay()
                self._threads.append(threading.Thread(target=self._relay.run, name="edatool-relay", daemon=True))
            for thread in self._threads:
                thread.start()
            atexit.register(self._at_exit)

    def submit(
        self,
        message: AmqpMessage,
        timeout: float = TIMEOUT,
        on_done: Callable[[Pending], None] | None = None,
        *,
        wait: bool = True,
    ) -> Pending | None:
        """Accept a message for keeping; messages of one thread are kept in order.

        ``wait=False`` does not wait for room in memory, and returns None. Its ``error`` is OutboxFull or OutboxError
        where it is not kept.

        Raises:
            OutboxError: there was no room in memory within ``timeout`` seconds.
            WrongUsage: after ``close``, after ``fork``, or a message that AMQP cannot carry.
        """
        frames.head(message)
        pending = Pending(message, on_done=on_done)
        self.start()
        with self._lock:
            if not self._wait_for_room(timeout, wait=wait):
                return None
            if self._closing:
                raise WrongUsage(_CLOSED)
            self._waiting.append(pending)
            self._bytes += len(message.body)
            self._arrived.notify()
        return pending

    def close(self, timeout: float = CLOSE_TIMEOUT) -> list[Pending]:
        """Keep what waits to be kept, and send what can be sent, for ``timeout`` seconds in all.

        What could not be kept gets ``unknown``, and is returned. What is kept stays for the next relay.
        """
        deadline = time.monotonic() + timeout
        left = self._end_keeping(timeout)
        self._end_relaying(max(deadline - time.monotonic(), 0.0))
        return left

    def _end_keeping(self, timeout: float) -> list[Pending]:
        """Write what waits; return what is not written after ``timeout`` seconds, with its outcome."""
        if threading.current_thread() in self._threads:
            raise WrongUsage("a callback of a receipt cannot close the publisher: close it in another thread")
        with self._lock:
            started = self._pid == os.getpid() and not self._closing
            self._closing = True
            self._arrived.notify_all()
            self._room.notify_all()
        if not started:
            return []
        self._threads[0].join(timeout)
        with self._lock:
            writing, waiting = list(self._writing), list(self._waiting)
            self._writing.clear()
            self._waiting.clear()
        for pending in writing:
            pending.settle("unknown", f"the disk of the outbox {self._outbox.file} did not answer in time")
        for pending in waiting:
            pending.settle("unknown", _CLOSED, OutboxError(_CLOSED))
        return writing + waiting

    def _end_relaying(self, timeout: float) -> None:
        if self._pid != os.getpid():
            return
        if self._relay:
            self._relay.stop(timeout, drain=True)
        for thread in self._threads[1:]:
            thread.join()
        atexit.unregister(self._at_exit)

    def _wait_for_room(self, timeout: float, *, wait: bool) -> bool:
        deadline = time.monotonic() + timeout
        while not self._closing and (len(self._waiting) >= WINDOW or self._bytes > MOST_BYTES):
            if threading.current_thread() in self._threads:
                raise WrongUsage("a callback of a receipt cannot wait: publish in another thread")
            left = deadline - time.monotonic()
            if not wait:
                return False
            if left <= 0:
                raise OutboxError(f"the outbox {self._outbox.file} keeps too slowly: the disk does not keep up")
            self._room.wait(left)
        return True

    def _at_exit(self) -> None:
        if self._pid != os.getpid():
            return
        # As long as the disk may take: what is not written here is nowhere.
        if left := self._end_keeping(file.PATIENCE):
            _LOG.warning("%d messages were not kept, or may not be, when the interpreter ended", len(left))
        self._end_relaying(EXIT_TIMEOUT)

    # Called in the thread that writes

    def _write_all(self) -> None:
        try:
            while batch := self._next():
                self._write(batch)
                if self._relay:
                    self._relay.wake()
        finally:
            # Also after a bug: nobody may wait for ever.
            self._closing = True
            self._settle(list(self._writing), "unknown", OutboxError(_CLOSED))
            self._settle(self._next(), "unknown", OutboxError(_CLOSED))
            self._database.close()

    def _next(self) -> list[Pending]:
        """Wait for messages; return none at the end."""
        with self._lock:
            while not self._waiting and not self._closing:
                self._arrived.wait()
            batch = list(self._waiting)
            self._writing = dict.fromkeys(batch)
            self._waiting.clear()
            self._bytes = 0
            self._room.notify_all()
            return batch

    def _write(self, batch: Sequence[Pending]) -> None:
        """Write messages together; where they do not fit, each by itself."""
        try:
            self._insert(batch)
        except OutboxError as error:
            if len(batch) > 1 and isinstance(error, OutboxFull):
                for one in batch:
                    self._write([one])
                return
            if not isinstance(error, OutboxFull):
                self._database.close()
            self._settle(batch, "unknown", error)
        else:
            self._settle(batch, "accepted")

    def _settle(self, batch: Iterable[Pending], outcome: Sent, error: OutboxError | None = None) -> None:
        """Settle those that ``close`` has not given up meanwhile."""
        with self._lock:
            own = [one for one in batch if one in self._writing]
            for one in own:
                del self._writing[one]
        for one in own:
            one.settle(outcome, str(error or ""), error)

    def _insert(self, batch: Sequence[Pending]) -> None:
        with self._database.transaction() as run:
            self._require_disk(sum(len(one.message.body) for one in batch))
            for one in batch:
                run(INSERT, row(one.message, self._vhost))

    def _require_disk(self, size: int) -> None:
        try:
            free = shutil.disk_usage(self._outbox.file.parent).free
        except OSError as error:
            raise OutboxGone(f"the folder of the outbox {self._outbox.file} is gone: {error.strerror}") from None
        if self._outbox.reserve and free < self._outbox.reserve + size:
            raise OutboxFull(f"the disk of the outbox {self._outbox.file} is full: make room, or name another folder")
