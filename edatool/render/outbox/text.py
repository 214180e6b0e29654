"""What is in an outbox, for people."""

from collections.abc import Iterator

from edatool.runtime.outbox.status import Status
from edatool.visible import joined

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def text(status: Status) -> str:
    """Return how much waits, and what is held or parked, and why."""
    return joined(_lines(status))


def _lines(status: Status) -> Iterator[str]:
    age = "" if status.age is None else f", the oldest for {_duration(status.age)}"
    relays = "1 relay sends" if status.relays == 1 else f"{status.relays or 'no'} relays send"
    yield f"{status.waiting} waiting ({status.bytes} bytes{age}), {status.parked_messages} parked; {relays} now"
    if status.held:
        yield "held, as the broker did not take the first:"
    for held in status.held:
        attempts = "1 attempt" if held.attempts == 1 else f"{held.attempts} attempts"
        yield f"  {held.place}: {held.messages} waiting, {attempts}, next in {held.due:.0f} s: {held.reason}"
    if status.parked:
        yield "parked, as the broker never took them:"
    for parked in status.parked:
        yield f"  {parked.place}: {parked.messages} of {parked.event}: {parked.reason}"


def _duration(seconds: float) -> str:
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
