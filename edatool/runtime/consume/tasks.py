"""Tasks of asyncio that work on messages, in the event loop of a thread of their own."""

import asyncio
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from edatool.runtime.consume.beside import Beside
from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.job import Job
from edatool.runtime.consume.once import Later


class Tasks:
    """So many tasks at once, each at one message."""

    def __init__(self, count: int, handlings: Mapping[str, Handling]) -> None:
        self._handlings = handlings
        self._places = asyncio.Semaphore(count)
        self._lanes = [asyncio.Semaphore(1) for _ in range(count)]
        self._working: set[asyncio.Task[None]] = set()
        self._beside = Beside()
        self._ended = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True, name="edatool-tasks")
        self._thread.start()

    def take(self, job: Job) -> None:
        """Have a message handled as soon as there is a place."""
        self._loop.call_soon_threadsafe(partial(self._begin, job))

    def end(self) -> None:
        """Cancel what is still at work, and end the loop."""
        self._ended = True
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self) -> None:
        try:
            while not self._ended:
                # A task of a handler's may stop the loop, or raise what ends it: the others go on.
                with suppress(SystemExit, KeyboardInterrupt):
                    self._loop.run_forever()
            working = list(self._working)
            for one in working:
                one.cancel()
            if working:
                self._loop.run_until_complete(asyncio.wait(working))
        finally:
            self._beside.end()
            self._loop.close()

    def _begin(self, job: Job) -> None:
        task = self._loop.create_task(self._work(job))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _work(self, job: Job) -> None:
        handling = self._handlings[job.delivery.queue]
        async with self._place(handling, job):
            # What came by a connection that is lost, or in the last moment, is delivered again.
            found = await handling.verdict_async(job.delivery, self._beside.call) if job.receiving.is_taking else None
        if isinstance(found, Later):
            self._loop.call_later(found.seconds, self._begin, job)
        else:
            job.receiving.settle(job.tag, found)

    def _place(self, handling: Handling, job: Job) -> asyncio.Semaphore:
        # Who waits longest for a semaphore gets it first, so a lane keeps its order.
        return self._lanes[handling.lane(job.delivery, len(self._lanes))] if handling.chosen.order_by else self._places
