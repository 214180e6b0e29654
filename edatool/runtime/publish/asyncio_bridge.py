"""From the thread of a connection into an event loop."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from edatool.broker.publish.pending import Pending


class Mailbox:
    """Wakes coroutines of one loop when their messages have an outcome: once for all that come together."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._letters: deque[asyncio.Future[None]] = deque()
        self._woken = False

    def waiter(self) -> tuple["asyncio.Future[None]", Callable[[Pending], None]]:
        """Return a future of the loop, and what another thread calls for it to be done."""
        future: asyncio.Future[None] = asyncio.Future(loop=self.loop)
        return future, partial(self._put, future)

    def _put(self, future: "asyncio.Future[None]", _: Pending) -> None:
        self._letters.append(future)
        if not self._woken:
            self._woken = True
            # A loop that was closed meanwhile has nobody who waits.
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._empty)

    def _empty(self) -> None:
        self._woken = False
        while self._letters:
            future = self._letters.popleft()
            # One whose coroutine was cancelled is done already.
            if not future.done():
                future.set_result(None)
