"""Messages sent to a broker from any thread, each until its outcome is known.

One background thread owns the connection. What is accepted waits in a buffer of bounded size until its outcome is
known; where the buffer is full, callers wait.
"""

import atexit
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable

from pika.adapters.select_connection import IOLoop

from edatool.broker import frames
from edatool.broker.address import Address
from edatool.broker.link import Link, Listener
from edatool.broker.message import Message, Sent
from edatool.broker.pending import Pending
from edatool.broker.window import Window
from edatool.errors import BrokerBlocked, BrokerError, BrokerUnreachable, WrongUsage

__all__ = ["Message", "Publishing", "Sent"]

WINDOW = 1000
TIMEOUT = 30.0
"""Seconds within which a message gets its outcome."""
CLOSE_TIMEOUT = 10.0
EXIT_TIMEOUT = 5.0
MOST_BYTES = 64 * 1024 * 1024
"""The bytes of bodies that may be outstanding; one message may be larger."""
_TICK = 0.1
_PAUSE = 0.001
"""Seconds for which messages may wait to be written together, while others are on their way."""
_CLOSED = "it was closed before the confirm"
_NACKED = "the broker did not take it: a queue is full, or cannot store it"
_LOG = logging.getLogger("edatool")


class Publishing:
    """Sends messages, persistent, mandatory and confirmed; for any number of threads.

    At most ``window`` messages are outstanding. A message whose connection was lost before its confirm is sent again
    ``retries`` times, under the same id, and may then arrive more than once. The connection is made when the first
    message is sent. Until there was a first connection, a failure to make one fails what waits at once; later ones are
    tried again until the time of each message is over.

    Where nobody closes it, it closes itself when the interpreter ends, unless ``close_at_exit`` is False.

    After ``fork`` the child makes one of its own; one that has sent nothing yet may be taken along.
    """

    def __init__(
        self, address: Address, vhost: str, window: int = WINDOW, retries: int = 0, *, close_at_exit: bool = True
    ) -> None:
        self._address, self._vhost, self._limit, self._retries = address, vhost, window, retries
        self._loop: IOLoop
        self._link: Link
        self._close_at_exit = close_at_exit
        self._window = Window()
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._waiting: deque[Pending] = deque()
        self._outstanding = self._bytes = self._callers = 0
        self._woken = self._coming = self._closing = False
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._error: BrokerError | None = None

    def submit(
        self,
        message: Message,
        timeout: float = TIMEOUT,
        on_done: Callable[[Pending], None] | None = None,
        *,
        wait: bool = True,
    ) -> Pending | None:
        """Accept a message, and return it while it is on its way; messages of one thread are sent in order.

        Its outcome is known within ``timeout`` seconds, the wait for room in the buffer included. ``wait=False``
        does not wait for room, and returns None.

        Raises:
            BrokerUnreachable, BrokerRefused, BrokerBlocked: there was no room within ``timeout``; it was not sent.
            WrongUsage: after ``close``, after ``fork``, or a message that AMQP cannot carry.
        """
        pending = Pending(message, frames.head(message), time.monotonic() + timeout, on_done)
        size = len(message.body)
        if self._pid != os.getpid():
            self._start()
        with self._lock:
            if self._is_full(size) and not self._wait_for_room(size, pending.deadline, wait=wait):
                return None
            if self._closing:
                raise WrongUsage("this was closed: publish before, or make a new one")
            self._outstanding += 1
            self._bytes += size
            self._waiting.append(pending)
            # A message that is alone is sent at once; under load the other thread comes by itself.
            wake = not self._woken and (self._outstanding == 1 or not self._coming)
            self._woken = self._woken or wake
        if wake:
            self._loop.add_callback_threadsafe(self._flush)
        return pending

    def send(self, message: Message, timeout: float = TIMEOUT) -> tuple[Sent, str]:
        """Send one message, wait for its outcome and return it with the broker's words.

        ``unknown`` means that the connection was lost, or the time over, before the broker confirmed: the message may
        have arrived.

        Raises:
            BrokerUnreachable, BrokerRefused, BrokerBlocked: the message was not sent.
        """
        pending = self.submit(message, timeout)
        assert pending
        pending.wait()
        if pending.error:
            raise pending.error
        assert pending.outcome
        return pending.outcome, pending.reason

    def close(self, timeout: float = CLOSE_TIMEOUT) -> list[Pending]:
        """Wait until all messages have their outcome, and close the connection.

        What has none after ``timeout`` seconds gets ``unknown``, and is returned. Calling it again does nothing.
        """
        thread = self._thread
        if self._pid != os.getpid() or thread is None or self._closing:
            self._closing = True
            return []
        if thread is threading.current_thread():
            raise WrongUsage("a callback of a receipt cannot close the publisher: close it in another thread")
        deadline = time.monotonic() + timeout
        with self._lock:
            self._closing = True
            while self._outstanding and thread.is_alive() and (left := deadline - time.monotonic()) > 0:
                self._room.wait(min(left, 1.0))
        left_over: list[Pending] = []
        self._loop.add_callback_threadsafe(lambda: self._end(left_over))
        thread.join(timeout=5.0)
        atexit.unregister(self._at_exit)
        return left_over

    # Called by any thread

    def _start(self) -> None:
        with self._lock:
            if self._thread is not None:
                if self._pid != os.getpid():
                    raise WrongUsage("this publisher was in use before the process forked: make one in each process")
                return
            if self._closing:
                raise WrongUsage("this was closed: publish before, or make a new one")
            self._loop = IOLoop()
            told = Listener(self._flush, self._on_confirm, self._on_return, self._on_refused, self._on_failed)
            self._link = Link(self._address, self._vhost, self._loop, told)
            self._pid = os.getpid()
            self._thread = threading.Thread(target=self._run, name="edatool-publishing", daemon=True)
            self._thread.start()
            if self._close_at_exit:
                atexit.register(self._at_exit)

    def _is_full(self, size: int) -> bool:
        most_bytes = self._bytes and self._bytes + size > MOST_BYTES
        return self._outstanding >= self._limit or bool(most_bytes)

    def _wait_for_room(self, size: int, deadline: float, *, wait: bool) -> bool:
        if threading.current_thread() is self._thread:
            raise WrongUsage("the buffer is full, and a callback of a receipt cannot wait: publish in another thread")
        self._callers += 1
        try:
            while wait and self._is_full(size):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise self._why_unsent()
                self._room.wait(left)
        finally:
            self._callers -= 1
        return wait

    def _why_unsent(self) -> BrokerError:
        if self._link.blocked:
            return BrokerBlocked(f"the broker {self._address} takes no messages for now: {self._link.blocked}")
        if self._link.is_open:
            return BrokerUnreachable(f"the broker {self._address} confirms too slowly: messages wait to be sent")
        return self._error or BrokerUnreachable(f"the broker {self._address} did not answer in time")

    def _at_exit(self) -> None:
        if self._pid == os.getpid() and (left := self.close(EXIT_TIMEOUT)):
            _LOG.warning("%d messages were not confirmed when the interpreter ended", len(left))

    # Called in the thread of the connection

    def _run(self) -> None:
        try:
            self._loop.call_later(_TICK, self._tick)
            self._loop.start()
        except AssertionError:
            # pika (1.4) trips over itself where a connection is closed while it is being made; it is closed then.
            if not self._closing:
                raise
        finally:
            # Also after a bug: nobody may wait for ever.
            self._closing = True
            self._settle_all(_CLOSED)
            self._loop.close()

    def _flush(self) -> None:
        """Write what waits, as far as the broker may be sent more."""
        self._woken = False
        link, window, waiting = self._link, self._window, self._waiting
        if not link.is_open:
            link.connect()
            return
        if link.blocked or not waiting:
            return
        if not self._coming:
            self._coming = True
            self._loop.call_later(_PAUSE, self._come_again)
        pieces: list[bytes] = []
        while waiting:
            pending = waiting.popleft()
            pending.written = True
            window.add(pending)
            pieces.append(pending.head)
            pieces += frames.body(pending.message.body, link.frame_max)
        link.write(pieces)

    def _come_again(self) -> None:
        """Flush what was accepted since; waking this thread for each message would cost more than the rest of it."""
        self._coming = False
        self._flush()

    def _on_confirm(self, tag: int, multiple: bool, taken: bool) -> None:
        settled = self._window.confirmed(tag, multiple=multiple)
        for pending, returned in settled:
            if not taken:
                pending.settle("nacked", _NACKED)
            elif returned is None:
                pending.settle("confirmed")
            else:
                pending.settle("unroutable", returned)
        self._forget([pending for pending, _ in settled])

    def _on_return(self, message_id: str | None, reason: str) -> None:
        self._window.returned(message_id, reason)

    def _on_refused(self, reason: str) -> None:
        """The broker closed the channel because of a message, and looked at none behind it.

        It does not say which. Its words name the exchange, so what was on its way there is refused; where nothing
        fits, a message that was alone is. The others may have arrived, but for those behind all that fit.
        """
        left, self._window = self._window.left(), Window()
        to_blame = [one for one in left if f"exchange '{one.message.exchange}'" in reason]
        to_blame = to_blame or (left if len(left) == 1 else [])
        behind = left[left.index(to_blame[-1]) + 1 :] if to_blame else []
        for pending in to_blame:
            pending.settle("nacked", reason)
        self._forget(to_blame)
        blamed = set(map(id, to_blame))
        between = [one for one in left[: len(left) - len(behind)] if id(one) not in blamed]
        again = self._again(between, f"the channel was closed before the confirm: {reason}")
        self._waiting.extendleft(reversed([*again, *behind]))

    def _on_failed(self, error: BrokerError) -> None:
        self._error = error
        left, self._window = self._window.left(), Window()
        again = self._again(left, f"the connection was lost before the confirm: {error}")
        self._waiting.extendleft(reversed(again))
        if not self._link.was_open:
            self._settle_waiting(error)
        elif not self._closing or self._waiting:
            self._link.connect()

    def _again(self, pendings: list[Pending], reason: str) -> list[Pending]:
        """Return the messages that are to be sent again; the others end as unknown."""
        again, over = [], []
        for pending in pendings:
            if pending.resent < self._retries:
                pending.resent += 1
                again.append(pending)
            else:
                pending.settle("unknown", reason)
                over.append(pending)
        self._forget(over)
        return again

    def _tick(self) -> None:
        """Settle what is overdue."""
        self._loop.call_later(_TICK, self._tick)
        now = time.monotonic()
        over = self._window.overdue(now)
        for pending in over:
            pending.settle("unknown", "the broker did not confirm it in time")
        self._forget(over)
        if any(pending.deadline < now for pending in tuple(self._waiting)):
            self._settle_waiting(self._why_unsent(), now)

    def _settle_waiting(self, error: BrokerError, now: float | None = None) -> None:
        """Settle what waits to be sent, or of it what is overdue."""
        with self._lock:
            over = [one for one in self._waiting if now is None or one.deadline < now]
            staying = [one for one in self._waiting if now is not None and one.deadline >= now]
            self._waiting.clear()
            self._waiting.extend(staying)
        for pending in over:
            # One that was written to an earlier connection may have arrived.
            pending.settle("unknown", str(error), None if pending.written else error)
        self._forget(over)

    def _forget(self, pendings: list[Pending]) -> None:
        """Make room."""
        if not pendings:
            return
        with self._lock:
            self._outstanding -= len(pendings)
            self._bytes -= sum([len(pending.message.body) for pending in pendings])
            if self._callers or self._closing:
                self._room.notify_all()

    def _end(self, left_over: list[Pending]) -> None:
        left_over += self._settle_all(_CLOSED)
        self._link.close(self._loop.stop)

    def _settle_all(self, reason: str) -> list[Pending]:
        left, self._window = self._window.left(), Window()
        for pending in left:
            pending.settle("unknown", reason)
        self._forget(left)
        waiting = list(self._waiting)
        self._settle_waiting(BrokerUnreachable(f"it was not sent, for {reason}"))
        return [*left, *waiting]
