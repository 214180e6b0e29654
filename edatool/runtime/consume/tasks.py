"""Tasks of asyncio that work on messages."""

import asyncio
from collections.abc import Mapping
from functools import partial

from edatool.broker.consume.delivery import Verdict
from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.job import Job
from edatool.runtime.consume.loop import Loop
from edatool.runtime.consume.once import Later


class Tasks:
    """So many tasks at once, each at one message."""

    def __init__(self, count: int, handlings: Mapping[str, Handling], loop: Loop) -> None:
        self._handlings, self._loop = handlings, loop
        self._places = asyncio.Semaphore(count)
        self._lanes = [asyncio.Semaphore(1) for _ in range(count)]

    def take(self, job: Job) -> None:
        """Have a message handled as soon as there is a place."""
        self._loop.call_soon(partial(self._begin, job))

    def end(self) -> None:
        """Do nothing: the end of the loop cancels them."""

    def _begin(self, job: Job) -> None:
        self._loop.begin(self._work(job))

    async def _work(self, job: Job) -> None:
        handling = self._handlings[job.delivery.queue]
        async with self._place(handling, job):
            found = await self._verdict(handling, job)
        if isinstance(found, Later):
            self._loop.call_later(found.seconds, partial(self._begin, job))
        else:
            job.receiving.settle(job.tag, found)

    async def _verdict(self, handling: Handling, job: Job) -> Verdict | Later | None:
        # What came by a connection that is lost, or in the last moment, is delivered again.
        while job.receiving.is_taking:
            found = await handling.verdict_async(job.delivery, self._loop.beside.call)
            if not (isinstance(found, Later) and handling.chosen.order_by):
                return found
            # What is behind it in the order waits, too.
            await asyncio.sleep(found.seconds)
        return None

    def _place(self, handling: Handling, job: Job) -> asyncio.Semaphore:
        # Who waits longest for a semaphore gets it first, so a lane keeps its order.
        return self._lanes[handling.lane(job.delivery, len(self._lanes))] if handling.chosen.order_by else self._places
