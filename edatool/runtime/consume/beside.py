"""Functions that wait, called beside an event loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_Calls = SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None]


class InThread(Protocol):
    """Calls a function in another thread, as ``asyncio.to_thread`` does."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Return what the function returns."""


class ThreadsOnDemand:
    """As many threads as are needed at once; all methods are for one event loop, and called in it.

    Unlike those of ``asyncio.to_thread``, of which there are a few only, one that hangs holds up no others, and does
    not keep the process from ending.
    """

    def __init__(self) -> None:
        self._idle: list[_Calls] = []

    async def call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function, and return or raise what it does."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        calls = self._idle.pop() if self._idle else self._new_thread(loop)
        calls.put((future, partial(function, *args, **kwargs)))
        return await future

    def end(self) -> None:
        """Let the threads end, each once it is done with what it is at."""
        for calls in self._idle:
            calls.put(None)
        self._idle.clear()

    def _new_thread(self, loop: asyncio.AbstractEventLoop) -> _Calls:
        calls: _Calls = SimpleQueue()
        threading.Thread(target=self._work, args=(loop, calls), daemon=True, name="edatool-beside").start()
        return calls

    def _work(self, loop: asyncio.AbstractEventLoop, calls: _Calls) -> None:
        while call := calls.get():
            future, function = call
            try:
                settle = partial(_settle, future, future.set_result, function())
            except BaseException as error:  # noqa: BLE001 - raised where it is awaited
                settle = partial(_settle, future, future.set_exception, error)
            try:
                loop.call_soon_threadsafe(self._done, calls, settle)
            except RuntimeError:  # the loop was closed meanwhile
                return

    def _done(self, calls: _Calls, settle: Callable[[], None]) -> None:
        self._idle.append(calls)
        settle()


def _settle(future: asyncio.Future[Any], say: Callable[[Any], None], what: object) -> None:
    if not future.done():  # else nobody waits for it any more
        say(what)
