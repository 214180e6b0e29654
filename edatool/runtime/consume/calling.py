"""Handlers called with an event, within their time, and what becomes of the event by that."""

import asyncio
import inspect
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from typing import Any

from edatool.runtime.consume.beside import InThread
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Poison
from edatool.runtime.consume.outcomes import DONE, NOT_PROCESSED, Handled, handled_by
from edatool.runtime.consume.reactions import Reaction
from edatool.runtime.tracing import processing


def called(reaction: Reaction, event: ConsumedEvent) -> Handled:
    """Call a function with an event, in this thread.

    Where it has a timeout that is in another one, which nobody can end: it is left alone when the time is over.
    """
    if reaction.batch:
        return called_with_many(reaction, [event])[0]
    arguments = _arguments(reaction, event)
    if isinstance(arguments, Handled):
        return arguments
    if reaction.timeout is None:
        return _called(reaction, arguments, event)
    outcomes: list[Handled] = []
    thread = threading.Thread(target=lambda: outcomes.append(_called(reaction, arguments, event)), daemon=True)
    thread.start()
    thread.join(reaction.timeout)
    return outcomes[0] if outcomes else _too_slow(reaction)


async def called_async(reaction: Reaction, event: ConsumedEvent, in_thread: InThread) -> Handled:
    """Await a coroutine function with an event, which is cancelled when its time is over; a plain one has a thread."""
    if not reaction.is_async:
        return await in_thread(called, reaction, event)
    arguments = _arguments(reaction, event)
    if isinstance(arguments, Handled):
        return arguments
    try:
        with _span(event):
            async with asyncio.timeout(reaction.timeout) as limit:
                await reaction.handle(*arguments)
    except asyncio.CancelledError as error:
        # Cancelled by whoever ends the loop, or has the handler met with something that somebody else cancelled?
        task = asyncio.current_task()
        return NOT_PROCESSED if task and task.cancelling() else handled_by(error)
    except TimeoutError as error:
        return _too_slow(reaction) if limit.expired() else handled_by(error)
    except BaseException as error:  # noqa: BLE001 - as below
        return handled_by(error)
    return DONE


def called_with_many(reaction: Reaction, events: Sequence[ConsumedEvent]) -> list[Handled]:
    """Call a function with lists; what cannot be handed over is left out of them, and all others have one outcome."""
    rows = [_arguments(reaction, event) for event in events]
    fitting = [row for row in rows if not isinstance(row, Handled)]
    outcome = _called(reaction, [list(column) for column in zip(*fitting, strict=True)]) if fitting else DONE
    return [row if isinstance(row, Handled) else outcome for row in rows]


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


def _span(event: ConsumedEvent) -> AbstractContextManager[object]:
    return processing(event.queue, event.key, event.id, event.headers)


def _called(reaction: Reaction, arguments: Sequence[Any], event: ConsumedEvent | None = None) -> Handled:
    try:
        with _span(event) if event else nullcontext():
            _require_done(reaction, copy_context().run(reaction.handle, *arguments))
    except BaseException as error:  # noqa: BLE001 - even a handler that calls sys.exit() only fails
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
