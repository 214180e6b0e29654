"""Handlers called with an event, within their time, and what becomes of the event by that."""

import asyncio
import inspect
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any

from edatool.runtime.consume.beside import InThread
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Poison
from edatool.runtime.consume.outcomes import DONE, NOT_PROCESSED, Handled, handled_by
from edatool.runtime.consume.reactions import Reaction
from edatool.runtime.tracing import processing, processing_many


def called(reaction: Reaction, event: ConsumedEvent) -> Handled:
    """Call a function with an event, in this thread.

    Where it has a timeout that is in another one, which nobody can end: it is left alone when the time is over.
    """
    if reaction.batch:
        return called_with_many(reaction, [event])[0]
    arguments = _arguments(reaction, event)
    return arguments if isinstance(arguments, Handled) else _called(reaction, arguments, _span([event]))


async def called_async(reaction: Reaction, event: ConsumedEvent, in_thread: InThread) -> Handled:
    """Await a coroutine function with an event, which is cancelled when its time is over; a plain one has a thread."""
    if not reaction.is_async:
        return await in_thread(called, reaction, event)
    if reaction.batch:
        return (await called_with_many_async(reaction, [event]))[0]
    arguments = _arguments(reaction, event)
    return arguments if isinstance(arguments, Handled) else await _awaited(reaction, arguments, _span([event]))


def called_with_many(reaction: Reaction, events: Sequence[ConsumedEvent]) -> list[Handled]:
    """Call a function with lists; what cannot be handed over is left out of them, and all others have one outcome."""
    many = _Many(reaction, events)
    return many.outcomes(_called(reaction, many.arguments, _span(many.fitting)) if many.fitting else DONE)


async def called_with_many_async(reaction: Reaction, events: Sequence[ConsumedEvent]) -> list[Handled]:
    """Await a coroutine function with lists, as ``called_with_many`` calls a plain one."""
    many = _Many(reaction, events)
    return many.outcomes(await _awaited(reaction, many.arguments, _span(many.fitting)) if many.fitting else DONE)


class _Many:
    """Events that go to a function together: as ``arguments``, a list for each parameter."""

    def __init__(self, reaction: Reaction, events: Sequence[ConsumedEvent]) -> None:
        self._rows = [_arguments(reaction, event) for event in events]
        rows = [row for row in self._rows if not isinstance(row, Handled)]
        self.fitting = [one for one, row in zip(events, self._rows, strict=True) if not isinstance(row, Handled)]
        self.arguments = [list(column) for column in zip(*rows, strict=True)]

    def outcomes(self, of_call: Handled) -> list[Handled]:
        """Return the outcome of each event."""
        return [row if isinstance(row, Handled) else of_call for row in self._rows]


def at_fault(error: Exception) -> Handled:
    """Return the outcome of a message at which edatool itself failed: the others go on."""
    return handled_by(Poison(f"edatool failed at it, please report that: {error!r}"))


def _arguments(reaction: Reaction, event: ConsumedEvent) -> Sequence[Any] | Handled:
    try:
        return reaction.arguments(event)
    except Poison as error:
        return handled_by(error)
    except Exception as error:  # noqa: BLE001 - whatever is in one message, the others go on
        return at_fault(error)


def _span(events: Sequence[ConsumedEvent]) -> AbstractContextManager[object]:
    first = events[0]
    if len(events) == 1:
        return processing(first.queue, first.key, first.id, first.headers)
    return processing_many(first.queue, [one.headers for one in events])


def _called(reaction: Reaction, arguments: Sequence[Any], span: AbstractContextManager[object]) -> Handled:
    if reaction.timeout is None:
        return _done(reaction, arguments, span)
    outcomes: list[Handled] = []
    thread = threading.Thread(target=lambda: outcomes.append(_done(reaction, arguments, span)), daemon=True)
    thread.start()
    thread.join(reaction.timeout)
    return outcomes[0] if outcomes else _too_slow(reaction)


def _done(reaction: Reaction, arguments: Sequence[Any], span: AbstractContextManager[object]) -> Handled:
    try:
        with span:
            _require_done(reaction, copy_context().run(reaction.handle, *arguments))
    except BaseException as error:  # noqa: BLE001 - even a handler that calls sys.exit() only fails
        return handled_by(error)
    return DONE


async def _awaited(reaction: Reaction, arguments: Sequence[Any], span: AbstractContextManager[object]) -> Handled:
    try:
        with span:
            async with asyncio.timeout(reaction.timeout) as limit:
                await reaction.handle(*arguments)
    except asyncio.CancelledError as error:
        # Cancelled by whoever ends the loop, or has the handler met with something that somebody else cancelled?
        task = asyncio.current_task()
        return NOT_PROCESSED if task and task.cancelling() else handled_by(error)
    except TimeoutError as error:
        return _too_slow(reaction) if limit.expired() else handled_by(error)
    except BaseException as error:  # noqa: BLE001 - as above
        return handled_by(error)
    return DONE


def _require_done(reaction: Reaction, returned: object) -> None:
    """Refuse what has done nothing yet, as of a lambda around a coroutine function: its event would be lost."""
    if inspect.isawaitable(returned):
        if inspect.iscoroutine(returned):
            returned.close()
        raise TypeError(f"{reaction.name} returned what nobody awaits: make it a coroutine function (async def)")


def _too_slow(reaction: Reaction) -> Handled:
    return handled_by(TimeoutError(f"{reaction.name} took longer than {reaction.timeout:g} s"))
