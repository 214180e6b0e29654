"""What was answered to requests by their ids: the same id has the same answer, and is done once."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from edatool.gateway.answers import Answer, problem

MOST = 100_000
"""So many ids are remembered; of more the oldest is forgotten."""
_ALWAYS = float("inf")


class Answered:
    """Remembers for ``seconds`` what was taken; what failed is forgotten, so that it can come again.

    Used in one event loop.
    """

    def __init__(self, seconds: float, most: int = MOST) -> None:
        self._seconds, self._most = seconds, most
        self._known: dict[str, tuple[float, asyncio.Task[Answer], bytes]] = {}

    async def answer(self, key: str, make: Callable[[], Coroutine[Any, Any, Answer]], of: bytes = b"") -> Answer:
        """Return what ``make`` returns, or returned to an earlier request, which may be in hand still.

        ``of`` is what is asked for: something else under the same id is refused.
        """
        clock = asyncio.get_running_loop().time
        self._forget(clock())
        digest = hashlib.sha256(of).digest()
        if key in self._known:
            _, earlier, asked = self._known[key]
            if asked != digest:
                return problem(422, "other-request", "This id was used for another request")
            return await asyncio.shield(earlier)
        # A task of its own: that one of those who wait goes away does not end it.
        task = asyncio.ensure_future(make())
        self._known[key] = (_ALWAYS, task, digest)
        task.add_done_callback(lambda done: self._settle(key, done, clock()))
        return await asyncio.shield(task)

    def _settle(self, key: str, done: asyncio.Task[Answer], now: float) -> None:
        *_, digest = self._known.pop(key)
        if not done.cancelled() and done.exception() is None and done.result().status < 300:
            self._known[key] = (now + self._seconds, done, digest)

    def _forget(self, now: float) -> None:
        while self._known:
            key, (until, task, _) = next(iter(self._known.items()))
            if until > now and not (len(self._known) > self._most and task.done()):
                return
            del self._known[key]
