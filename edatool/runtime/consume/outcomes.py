"""What became of an event at a handler."""

from typing import Literal

from edatool.frozen import frozen
from edatool.runtime.consume.failures import Drop, Poison, Reject, Retry, TooLate

LONGEST_TEXT = 1000
"""Characters of an exception's text that are kept."""


@frozen
class Outcome:
    """``done``, ``dropped``, to be tried ``again``, ``dead``, or ``not processed``; the last three say why.

    ``errors`` are the names of the exception's class and of those that it is derived from, each with its module and
    without, and nothing where a message could not be handed over at all. ``after`` are the seconds that were asked for.
    """

    kind: Literal["done", "dropped", "again", "dead", "not processed"]
    reason: str = ""
    errors: tuple[str, ...] = ()
    after: float | None = None


DONE = Outcome("done")
NOT_PROCESSED = Outcome("not processed")


def outcome_of(error: BaseException) -> Outcome:
    """Return what an exception of a handler means for its event."""
    names = _names(error)
    match error:
        case Drop():
            return Outcome("dropped", _text(error))
        case Poison():
            return Outcome("dead", _text(error))
        case Reject() | TooLate():
            return Outcome("dead", _text(error), names)
        case Retry():
            return Outcome("again", _text(error), names, error.after)
        case _:
            return Outcome("again", f"{type(error).__name__}: {_text(error)}", names)


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - an exception that cannot be shown must not hold up its event
        text = "its text cannot be shown"
    return text[:LONGEST_TEXT].encode(errors="replace").decode()


def _names(error: BaseException) -> tuple[str, ...]:
    kinds = [one for one in type(error).__mro__ if one not in (BaseException, object)]
    return tuple(name for one in kinds for name in (f"{one.__module__}.{one.__qualname__}", one.__qualname__))
