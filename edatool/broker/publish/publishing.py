"""Messages sent to a broker from any thread, each until its outcome is known.

One background thread owns the connection. What is accepted waits in a buffer of bounded size until its outcome is
known; where the buffer is full, callers wait.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from queue import Full

from edatool.broker.address import Address
from edatool.broker.message import AmqpMessage, Sent
from edatool.broker.publish import frames
from edatool.broker.publish.buffer import CLOSED, Buffer
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.sending import Sending
from edatool.errors import WrongUsage

__all__ = ["AmqpMessage", "Publishing", "Sent"]

WINDOW = 1000
TIMEOUT = 30.0
"""Seconds within which a message gets its outcome."""
CLOSE_TIMEOUT = 10.0
EXIT_TIMEOUT = 5.0
MOST_BYTES = 64 * 1024 * 1024
"""The bytes of bodies that may be outstanding; one message may be larger."""
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
        self._address, self._vhost, self._retries = address, vhost, retries
        self._close_at_exit = close_at_exit
        self._buffer = Buffer(window, MOST_BYTES)
        self._sending: Sending
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pid = 0

    @property
    def was_connected(self) -> bool:
        """Whether there ever was a connection, so that what waits for the next one is not failed at once."""
        return self._thread is not None and self._sending.link.was_open

    def is_ready(self) -> bool:
        """Return whether the broker takes messages now; where there is no connection, have one made."""
        if self._pid != os.getpid():
            self._start()
        link = self._sending.link
        if not link.is_open:
            self._sending.wake()
        return link.is_open and not link.blocked

    def submit(
        self,
        message: AmqpMessage,
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
        if self._pid != os.getpid():
            self._start()
        try:
            wake = self._buffer.accept(pending, wait=wait)
        except Full:
            if not wait:
                return None
            raise self._sending.link.why_unsent() from None
        if wake:
            self._sending.wake()
        return pending

    def send(self, message: AmqpMessage, timeout: float = TIMEOUT) -> tuple[Sent, str]:
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
        if self._pid != os.getpid() or thread is None or self._buffer.closing:
            self._buffer.closing = True
            return []
        if thread is threading.current_thread():
            raise WrongUsage("a callback of a receipt cannot close the publisher: close it in another thread")
        self._buffer.close(timeout)
        left_over: list[Pending] = []
        self._sending.end(left_over)
        thread.join(timeout=5.0)
        atexit.unregister(self._at_exit)
        return left_over

    def _start(self) -> None:
        with self._starting:
            if self._thread is not None:
                if self._pid != os.getpid():
                    raise WrongUsage("this publisher was in use before the process forked: make one in each process")
                return
            if self._buffer.closing:
                raise WrongUsage(CLOSED)
            self._sending = Sending(self._address, self._vhost, self._buffer, self._retries)
            thread = threading.Thread(target=self._sending.run, name="edatool-publishing", daemon=True)
            self._buffer.reader = thread
            thread.start()
            # At the end, as this lets the other threads in.
            self._thread, self._pid = thread, os.getpid()
            if self._close_at_exit:
                atexit.register(self._at_exit)

    def _at_exit(self) -> None:
        if self._pid == os.getpid() and (left := self.close(EXIT_TIMEOUT)):
            _LOG.warning("%d messages were not confirmed when the interpreter ended", len(left))
