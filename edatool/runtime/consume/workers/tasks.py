"""Tasks of asyncio that work on messages."""

import asyncio
from collections.abc import Mapping
from functools import partial

from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.later import GLANCE, Later
from edatool.runtime.consume.workers.job import Job
from edatool.runtime.consume.workers.loop import Loop


class Tasks:
    """So many tasks at once, each at one message."""

    def __init__(self, count: int, handlings: Mapping[str, Handling], loop: Loop) -> None:
        self._handlings, self._loop = handlings, loop
        self._places = asyncio.Semaphore(count)

    def take(self, job: Job) -> None:
        """Have a message handled as soon as there is a place."""
        self._loop.call_soon(partial(self._begin, job))

    def end(self) -> None:
        """Do nothing: the end of the loop cancels them."""

    def _begin(self, job: Job) -> None:
        self._loop.begin(self._work(job))

    async def _work(self, job: Job) -> None:
        handling = self._handlings[job.delivery.queue]
        async with self._places:
            found = (
                await handling.verdict_async(job.delivery, self._loop.beside.call)
                if job.is_on
                else handling.left(job.delivery)
            )
        if isinstance(found, Later):
            self._begin_later(job.again(found), found.seconds)
        else:
            job.settle(found)

    def _begin_later(self, job: Job, seconds: float) -> None:
        if seconds <= 0 or not job.is_on:
            self._begin(job)
        else:
            pause = min(seconds, GLANCE)
            self._loop.call_later(pause, partial(self._begin_later, job, seconds - pause))
