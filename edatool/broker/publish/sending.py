"""The thread that owns the connection: it writes what waits in the buffer, and is told what becomes of it."""

import time
from functools import partial

from pika.adapters.select_connection import IOLoop

from edatool.broker.address import Address
from edatool.broker.amqp import serve
from edatool.broker.publish.buffer import Buffer
from edatool.broker.publish.deadlines import Deadlines
from edatool.broker.publish.flight import Flight
from edatool.broker.publish.link import Listener, PublishingLink
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.resending import Resending
from edatool.errors import BrokerError, BrokerUnreachable

_TICK = 0.1
_PAUSE = 0.001
"""Seconds for which messages may wait to be written together, while others are on their way."""
_CLOSED = "it was closed before the confirm"


class Sending:
    """Sends what is in the buffer, from ``run`` to ``end``; other threads call ``wake`` and ``end`` only."""

    def __init__(self, address: Address, vhost: str, buffer: Buffer, retries: int) -> None:
        self._buffer = buffer
        self._flight = Flight(buffer)
        self._resending = Resending(buffer, self._flight, retries)
        self._loop = IOLoop()
        told = Listener(
            ready=self._on_ready,
            confirmed=self._on_confirm,
            returned=self._on_return,
            passed=self._flight.passed,
            refused=self._resending.refused,
            failed=self._on_failed,
        )
        self.link = PublishingLink(address, vhost, self._loop, told)
        self._deadlines = Deadlines(buffer, self._flight, self.link)

    def wake(self) -> None:
        """Have what waits written; called by any thread."""
        self._loop.add_callback_threadsafe(self._flush)

    def end(self, left_over: list[Pending]) -> None:
        """Have the connection closed, and what has no outcome put into ``left_over``; called by any thread."""
        self._loop.add_callback_threadsafe(partial(self._end, left_over))

    def run(self) -> None:
        """Do all the rest, in this thread, until it was told to ``end``."""
        try:
            self._loop.call_later(_TICK, self._tick)
            serve(self._loop, is_ending=lambda: self._buffer.closing)
        finally:
            # Also after a bug: nobody may wait for ever.
            self._buffer.closing = True
            self._settle_all(_CLOSED)
            self._loop.close()

    def _flush(self) -> None:
        """Write what waits, as far as the broker may be sent more."""
        buffer, link = self._buffer, self.link
        buffer.woken = False
        if not link.is_open:
            link.connect()
        elif self._deadlines.channel_is_stale:
            if not self._flight.window:
                self._deadlines.renew_channel()
        elif buffer.waiting and not link.blocked:
            self._write()

    def _write(self) -> None:
        buffer = self._buffer
        pieces, unfit = self._flight.collect(self.link.frame_max)
        if pieces:
            self.link.write(pieces)
        # One that is alone is followed by another that wakes this thread at once.
        if pieces and len(self._flight.window) > 1 and not buffer.coming:
            buffer.coming = True
            self._loop.call_later(_PAUSE, self._come_again)
        for pending, reason in unfit:
            pending.settle_untaken(reason)
        buffer.forget([pending for pending, _ in unfit])

    def _come_again(self) -> None:
        """Flush what was accepted since; waking this thread for each message would cost more than the rest of it."""
        self._buffer.coming = False
        self._flush()

    def _on_ready(self) -> None:
        self._deadlines.trust_channel(time.monotonic())
        self._flush()

    def _on_confirm(self, tag: int, multiple: bool, taken: bool) -> None:
        self._flight.confirmed(tag, multiple=multiple, taken=taken)
        if taken:
            self._deadlines.trust_channel(time.monotonic())
        else:
            self._deadlines.doubt_channel(time.monotonic())
        if not self._flight.window:
            self._landed()

    def _on_return(self, message_id: str | None, reason: str) -> None:
        self._flight.window.returned(message_id, reason)

    def _landed(self) -> None:
        """Go on when nothing is on its way anymore."""
        self._flight.landed()
        if self._buffer.waiting or self._deadlines.channel_is_stale:
            self._flush()

    def _on_failed(self, error: BrokerError, code: int) -> None:
        self._deadlines.channel_is_stale = False
        self._resending.lost(error, code)
        if not self.link.was_open:
            self._buffer.settle_waiting(error)
        elif not self._buffer.closing or self._buffer.waiting:
            self.link.connect()

    def _tick(self) -> None:
        """Settle what is overdue."""
        self._loop.call_later(_TICK, self._tick)
        now = time.monotonic()
        if self._deadlines.settle_written(now) and not self._flight.window:
            self._landed()
        self._deadlines.settle_waiting(now)

    def _end(self, left_over: list[Pending]) -> None:
        left_over += self._settle_all(_CLOSED)
        self.link.close(self._loop.stop)

    def _settle_all(self, reason: str) -> list[Pending]:
        left = self._flight.window.left()
        self._flight.start_anew()
        for pending in left:
            pending.settle("unknown", reason)
        self._buffer.forget(left)
        waiting = list(self._buffer.waiting)
        self._buffer.settle_waiting(BrokerUnreachable(f"it was not sent, for {reason}"))
        return [*left, *waiting]
