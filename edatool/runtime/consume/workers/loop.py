"""The event loop in which a consumer's coroutine functions are awaited, in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from edatool.runtime.consume.beside import ThreadsOnDemand

T = TypeVar("T")


class Loop:
    """Runs until ``end``, which cancels what is still at work; ``beside`` calls functions that wait."""

    def __init__(self) -> None:
        self.beside = ThreadsOnDemand()
        self._working: set[asyncio.Task[Any]] = set()
        self._ended = False
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, daemon=True, name="edatool-tasks").start()

    def call_soon(self, what: Callable[[], object]) -> None:
        """Have something called in the loop; any thread may."""
        self._loop.call_soon_threadsafe(what)

    def call_later(self, seconds: float, what: Callable[[], object]) -> None:
        """Have something called in some seconds; for the loop's own thread."""
        self._loop.call_later(seconds, what)

    def begin(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin with a task; for the loop's own thread."""
        task = self._loop.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def awaited(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a task returns; for any other thread, which waits."""
        future: Future[T] = Future()

        async def work_and_tell() -> None:
            future.set_result(await work)

        self.call_soon(lambda: self.begin(work_and_tell()))
        return future.result()

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
            self.beside.end()
            self._loop.close()
