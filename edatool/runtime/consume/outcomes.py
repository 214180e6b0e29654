"""What became of an event at a handler."""

from typing import Literal

from edatool.frozen import frozen
from edatool.runtime.consume.failures import Drop, NotMatched, NotProcessed, Poison, Reject, Retry, TooLate

LONGEST_TEXT = 1000
"""Characters of an exception's text that are kept."""


@frozen
class Handled:
    """``done``, ``dropped``, ``filtered``, to be tried ``again``, ``dead``, or ``not processed``.

    ``reason`` says why it is tried again or dead.

    ``errors`` are the names of the exception's class and of those that it is derived from, each with its module and
    without, and nothing where a message could not be handed over at all. ``after`` are the seconds that were asked for.
    """

    kind: Literal["done", "dropped", "filtered", "again", "dead", "not processed"]
    reason: str = ""
    errors: tuple[str, ...] = ()
    after: float | None = None


DONE = Handled("done")
NOT_PROCESSED = Handled("not processed")


def handled_by(error: BaseException) -> Handled:
    """Return what an exception of a handler means for its event."""
    names = _names(error)
    match error:
        case NotMatched():
            return Handled("filtered", _text(error))
        case Drop():
            return Handled("dropped", _text(error))
        case NotProcessed():
            return NOT_PROCESSED
        case Poison():
            return Handled("dead", _text(error))
        case Reject() | TooLate():
            return Handled("dead", _text(error), names)
        case Retry():
            return Handled("again", _text(error), names, error.after)
        case _:
            return Handled("again", f"{type(error).__name__}: {_text(error)}", names)


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - an exception that cannot be shown must not hold up its event
        text = "its text cannot be shown"
    return text[:LONGEST_TEXT].encode(errors="replace").decode()


def _names(error: BaseException) -> tuple[str, ...]:
    kinds = [one for one in type(error).__mro__ if one not in (BaseException, object)]
    return tuple(name for one in kinds for name in (f"{one.__module__}.{one.__qualname__}", one.__qualname__))
