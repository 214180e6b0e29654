"""Handlers with what they react to, and what each of their parameters gets."""

import inspect
import typing
from collections.abc import Callable, Sequence
from typing import Any

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.runtime.consume.conversion import Convert, converter
from edatool.runtime.consume.event import ConsumedEvent

Handle = Callable[..., Any]


@frozen
class Reaction:
    """A function that handles events, of all kinds where ``events`` is empty, from ``queue`` if it is named.

    ``arguments`` makes its arguments of an event; ``timeout`` in seconds.
    """

    events: tuple[str, ...]
    queue: str | None
    handle: Handle
    arguments: Callable[[ConsumedEvent], Sequence[Any]]
    timeout: float | None = None

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function."""
        return inspect.iscoroutinefunction(self.handle) or inspect.iscoroutinefunction(type(self.handle).__call__)

    @property
    def name(self) -> str:
        """The function's name, for people."""
        return getattr(self.handle, "__qualname__", repr(self.handle))


def arguments_of(handle: Handle) -> Callable[[ConsumedEvent], Sequence[Any]]:
    """Return what makes the arguments of a function: the event for a parameter without a type, or with that type.

    Any other type is what the payload is converted to.

    Raises:
        WrongUsage: the function takes other arguments, or a type that payloads are not converted to.
    """
    try:
        takers = [_taker(kind) for kind in _kinds(handle)]
    except RecursionError:
        raise WrongUsage(
            f"the type of {handle}: it contains itself: use a msgspec.Struct or a Pydantic model"
        ) from None
    except (TypeError, NameError) as error:
        raise WrongUsage(f"the handler {getattr(handle, '__qualname__', handle)}: {error}") from None
    if len(takers) == 1:
        (only,) = takers
        return lambda event: (only(event),)
    return lambda event: [take(event) for take in takers]


def _kinds(handle: Handle) -> list[Any]:
    """Return the types of the parameters that have to be given."""
    function = handle if inspect.isroutine(handle) else type(handle).__call__
    hints = typing.get_type_hints(function)
    parameters = inspect.signature(handle).parameters.values()
    needed = [
        one for one in parameters if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]
    if not needed and any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return [ConsumedEvent]
    if not needed or len(needed) > 2 or any(one.kind is one.KEYWORD_ONLY for one in needed):
        raise TypeError("it takes an event, or its payload, or both")
    return [hints.get(one.name, ConsumedEvent) for one in needed]


def _taker(kind: Any) -> Callable[[ConsumedEvent], Any]:
    if kind is ConsumedEvent:
        return lambda event: event
    convert: Convert = converter(kind)
    return lambda event: convert(event.payload)
