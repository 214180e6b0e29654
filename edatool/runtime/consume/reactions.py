"""Handlers with what they react to, and what each of their parameters gets."""

import inspect
import typing
from collections.abc import Callable, Sequence
from typing import Any

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.runtime.consume.conversion import Convert, converter
from edatool.runtime.consume.event import ConsumedEvent

_MOST = 65_535
"""Messages that may be in hand at once, for RabbitMQ."""
Handle = Callable[..., Any]


@frozen
class BatchLimits:
    """How many events a function takes at once, at most, and the seconds that the first one waits for others."""

    most: int
    wait: float


@frozen
class Reaction:
    """A function that handles events, of all kinds where ``events`` is empty, from ``queue`` if it is named.

    ``arguments`` makes its arguments of an event; ``timeout`` in seconds. Events with the same value at ``order_by``,
    the way to a field of the payload, are handled one after the other; with ``keeps_order`` what fails is tried again
    before the others. With ``batch`` it handles several at once.
    """

    events: tuple[str, ...]
    queue: str | None
    handle: Handle
    arguments: Callable[[ConsumedEvent], Sequence[Any]]
    timeout: float | None = None
    order_by: tuple[str, ...] = ()
    keeps_order: bool = False
    batch: BatchLimits | None = None

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function."""
        return inspect.iscoroutinefunction(self.handle) or inspect.iscoroutinefunction(type(self.handle).__call__)

    @property
    def name(self) -> str:
        """The function's name, for people."""
        return getattr(self.handle, "__qualname__", repr(self.handle))

    def require_possible(self) -> None:
        """Refuse what cannot be.

        Raises:
            WrongUsage: it yields; there is no time, or no event; or a batch is too large, or to be in another order.
        """
        if inspect.isgeneratorfunction(self.handle) or inspect.isasyncgenfunction(self.handle):
            raise WrongUsage(f"{self.name} yields, and so a call of it does nothing: let it return")
        if self.timeout is not None and self.timeout <= 0:
            raise WrongUsage(f"a timeout of {self.timeout:g} s leaves no time: give more, or none")
        if self.batch and not (1 <= self.batch.most <= _MOST and self.batch.wait >= 0):
            raise WrongUsage(f"a batch has 1 to {_MOST} events, and waits 0 seconds or more")
        if self.batch and (self.order_by or self.keeps_order):
            raise WrongUsage(
                f"{self.name} takes many events at once, in the order in which they came: omit order_by and order"
            )


def arguments_of(handle: Handle, *, many: bool = False) -> Callable[[ConsumedEvent], Sequence[Any]]:
    """Return what makes the arguments of a function: the event for a parameter without a type, or with that type.

    Any other type is what the payload is converted to. ``many``: the function takes lists of them.

    Raises:
        WrongUsage: the function takes other arguments, or a type that payloads are not converted to.
    """
    try:
        takers = [_taker(_item(kind) if many else kind) for kind in _kinds(handle)]
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


def _item(kind: Any) -> Any:
    if kind is ConsumedEvent:
        return kind
    if typing.get_origin(kind) not in (list, Sequence):
        raise TypeError("it takes lists of events, or of payloads: it is called with several at once")
    return typing.get_args(kind)[0]


def _taker(kind: Any) -> Callable[[ConsumedEvent], Any]:
    if kind is ConsumedEvent:
        return lambda event: event
    convert: Convert = converter(kind)
    return lambda event: convert(event.payload)
