"""Messages sent to a broker from any thread, each until its outcome is known.

One background thread owns the connection. What is accepted waits in a buffer of bounded size until its outcome is
known; where the buffer is full, callers wait.
"""

import atexit
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

from pika.adapters.select_connection import IOLoop

from edatool.broker import blame, frames
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
ALONE = 5
"""How often in a row a connection may be lost over one message that is alone on its way."""
STALE = 5.0
"""Seconds after which a channel that confirms nothing, but gives other answers or none in time, is given up."""
_TICK = 0.1
_PAUSE = 0.001
"""Seconds for which messages may wait to be written together, while others are on their way."""
_CLOSED = "it was closed before the confirm"
_NACKED = "the broker did not take it: a queue is full, or cannot store it"
_LATE = "the broker did not confirm it in time"
_UNREAD = {501, 502, 503, 505, 540}
"""Codes for which a connection is closed over frames that could not be read, so that no message came of them."""
_LOG = logging.getLogger("edatool")


class Publishing:
    """Sends messages, persistent, mandatory and confirmed; for any number of threads.

    At most ``window`` messages are outstanding. A message whose connection was lost before its confirm is sent again
    ``retries`` times, under the same id, and may then arrive more than once. The connection is made when the first
    message is sent. Until there was a first connection, a failure to make one fails what waits at once; later ones are
    tried again until the time of each message is over.

    A message over which the broker closes the channel is ``nacked``, and what is behind it goes on. Where nobody can
    tell which one it is, and after a lost connection, a *careful* flight follows: one message, then twice as many as
    before whenever all of those have an outcome. So no message is sent again and again because of another one.

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
        self._woken = self._coming = self._closing = self._renewing = False
        # How many may be in a careful flight, 0 where there is no need; and how many more of them may be written.
        self._flight = self._left_in_flight = 0
        self._lost_alone = 0
        self._largest = sys.maxsize
        self._proven: set[str] = set()
        self._confirmed_at = 0.0
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._error: BrokerError | None = None

    @property
    def was_connected(self) -> bool:
        """Whether there ever was a connection, so that what waits for the next one is not failed at once."""
        return self._thread is not None and self._link.was_open

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
            told = Listener(
                self._on_ready, self._on_confirm, self._on_return, self._on_passed, self._on_refused, self._on_failed
            )
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
        link, waiting = self._link, self._waiting
        if not link.is_open:
            link.connect()
            return
        if self._renewing:
            if not self._window:
                self._renew()
            return
        if link.blocked or not waiting:
            return
        pieces: list[bytes] = []
        unfit = self._write(pieces)
        if pieces:
            link.write(pieces)
        if pieces and not self._coming:
            self._coming = True
            self._loop.call_later(_PAUSE, self._come_again)
        for pending in unfit:
            pending.settle(self._not_taken(pending), self._why_unfit(pending))
        self._forget(unfit)

    def _write(self, pieces: list[bytes]) -> list[Pending]:
        """Collect the frames of what may be sent now; return what the broker would refuse."""
        window, waiting, proven, unfit = self._window, self._waiting, self._proven, []
        frame_max, largest, careful = self._link.frame_max, self._largest, self._flight > 0
        while waiting and (not careful or self._left_in_flight):
            pending = waiting.popleft()
            head, exchange, body = pending.head, pending.message.exchange, pending.message.body
            if (len(head) > frame_max and frames.largest_frame(head) > frame_max) or len(body) > largest:
                unfit.append(pending)
                continue
            # Between barriers, one that is refused is known. The price is too high for those to a place that is proven.
            marked = careful or exchange not in proven
            if marked and not window.ends_with_barrier:
                window.barrier(None)
                pieces.append(frames.BARRIER)
            window.add(pending)
            pieces.append(head)
            pieces += frames.body(body, frame_max)
            if marked:
                window.barrier(exchange)
                pieces.append(frames.BARRIER)
            if careful:
                self._left_in_flight -= 1
        return unfit

    def _why_unfit(self, pending: Pending) -> str:
        size = frames.largest_frame(pending.head)
        if size > self._link.frame_max:
            return f"its headers take a frame of {size} bytes, and the broker takes {self._link.frame_max}"
        return f"it has {len(pending.message.body)} bytes, and the broker takes {self._largest}"

    def _come_again(self) -> None:
        """Flush what was accepted since; waking this thread for each message would cost more than the rest of it."""
        self._coming = False
        self._flush()

    def _on_ready(self) -> None:
        self._confirmed_at = time.monotonic()
        self._flush()

    def _on_confirm(self, tag: int, multiple: bool, taken: bool) -> None:
        settled = self._window.confirmed(tag, multiple=multiple)
        for pending, returned in settled:
            if not taken:
                pending.settle(self._not_taken(pending), _NACKED)
            elif returned is None:
                pending.settle("confirmed")
            else:
                pending.settle("unroutable", returned)
        self._forget([pending for pending, _ in settled])
        if taken:
            self._confirmed_at, self._lost_alone = time.monotonic(), 0
        else:
            self._doubt_channel(time.monotonic())
        if not self._window:
            self._landed()

    def _landed(self) -> None:
        """Go on when nothing is on its way anymore."""
        if self._flight:
            self._flight = self._left_in_flight = self._flight * 2 if self._flight < self._limit else 0
        if self._waiting or self._renewing:
            self._flush()

    def _doubt_channel(self, now: float) -> None:
        """Open another one where this does not confirm: RabbitMQ 3.10 may nack all on it after a node has died."""
        self._renewing = self._renewing or (now - self._confirmed_at > STALE and not self._link.blocked)

    def _renew(self) -> None:
        self._renewing = False
        self._new_window()
        self._link.renew()

    def _on_return(self, message_id: str | None, reason: str) -> None:
        self._window.returned(message_id, reason)

    def _on_passed(self) -> None:
        exchange = self._window.passed()
        if exchange is not None:
            self._proven.add(exchange)

    def _on_refused(self, reason: str) -> bool:
        """The broker closed the channel because of a message; return whether it is known which one."""
        taken, suspects, behind = self._window.left_when_refused()
        count, blamed = blame.split(suspects, reason)
        self._largest = blame.largest_body(reason) or self._largest
        self._send_again(
            [*taken, *suspects[:count]],
            [*suspects[count:], *behind],
            f"the channel was closed before the confirm: {reason}",
        )
        # Those that wait to go there would be refused as well.
        refused = self._take_waiting(lambda one: one is blamed or blame.means(reason, one.message))
        for pending in refused:
            pending.doubtful = pending.doubtful and blame.may_change(reason)
            pending.settle(self._not_taken(pending), reason)
        self._forget(refused)
        return bool(refused)

    def _on_failed(self, error: BrokerError, code: int) -> None:
        self._error, self._largest, self._renewing = error, sys.maxsize, False
        left = self._window.left()
        reason = f"the connection was lost before the confirm: {error}"
        self._lost_alone = self._lost_alone + 1 if len(left) == 1 else 0
        if len(left) == 1 and (code in _UNREAD or self._lost_alone >= ALONE):
            self._blame(left.pop(), reason, doubtful=code not in _UNREAD)
        self._send_again(left, [], reason)
        if not self._link.was_open:
            self._settle_waiting(error)
        elif not self._closing or self._waiting:
            self._link.connect()

    def _blame(self, pending: Pending, reason: str, *, doubtful: bool) -> None:
        """Give up a message over which the connection ended, as nothing else was on its way."""
        self._lost_alone = 0
        pending.doubtful, pending.blamed = doubtful, True
        pending.settle(self._not_taken(pending), reason)
        self._forget([pending])

    def _not_taken(self, pending: Pending) -> Sent:
        """Return the outcome of a message that the broker does not take now: it may have done so before."""
        return "unknown" if pending.doubtful else "nacked"

    def _new_window(self) -> None:
        self._window = Window()
        self._proven.clear()

    def _send_again(self, doubtful: list[Pending], untouched: list[Pending], reason: str) -> None:
        """Put messages back in front of those that wait, to be sent carefully; what may not be is unknown."""
        self._new_window()
        self._flight = self._left_in_flight = 1
        again, over = [], []
        for pending in doubtful:
            pending.doubtful = True
            if pending.resent < self._retries:
                pending.resent += 1
                again.append(pending)
            else:
                pending.settle("unknown", reason)
                over.append(pending)
        self._forget(over)
        self._waiting.extendleft(reversed([*again, *untouched]))

    def _tick(self) -> None:
        """Settle what is overdue."""
        self._loop.call_later(_TICK, self._tick)
        now = time.monotonic()
        over = self._window.overdue(now)
        for pending in over:
            pending.settle("unknown", _LATE)
        self._forget(over)
        if over:
            self._doubt_channel(now)
            if not self._window:
                self._landed()
        if any(pending.deadline < now for pending in tuple(self._waiting)):
            self._settle_waiting(self._why_unsent(), now)

    def _take_waiting(self, which: Callable[[Pending], bool]) -> list[Pending]:
        """Take some of what waits to be sent."""
        with self._lock:
            taken: list[Pending] = []
            staying: list[Pending] = []
            for one in self._waiting:
                (taken if which(one) else staying).append(one)
            self._waiting.clear()
            self._waiting.extend(staying)
        return taken

    def _settle_waiting(self, error: BrokerError, now: float | None = None) -> None:
        """Settle what waits to be sent, or of it what is overdue."""
        over = self._take_waiting(lambda one: now is None or one.deadline < now)
        for pending in over:
            pending.settle("unknown", str(error), None if pending.doubtful else error)
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
