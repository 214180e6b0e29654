"""What is in an outbox, for people."""

from collections.abc import Iterator

from edatool.counted import counted
from edatool.render.moment import duration
from edatool.runtime.outbox.status import OutboxStatus
from edatool.visible import joined


def text(status: OutboxStatus) -> str:
    """Return how much waits, and what is held or parked, and why."""
    return joined(_lines(status))


def _lines(status: OutboxStatus) -> Iterator[str]:
    age = "" if status.age is None else f", the oldest for {duration(status.age)}"
    relays = f"{status.relays} relays send" if status.relays > 1 else f"{status.relays or 'no'} relay sends"
    yield f"{status.waiting} waiting ({status.bytes} bytes{age}), {status.parked_messages} parked; {relays} now"
    if status.held:
        yield "held, as the broker did not take the first:"
    for held in status.held:
        tried = f"{counted(held.attempts, 'attempt')}, next in {held.due:.0f} s"
        yield f"  {held.place}: {held.messages} waiting, {tried}: {held.reason}"
    if status.parked:
        yield "parked, as the broker never took them:"
    for parked in status.parked:
        yield f"  {parked.place}: {parked.messages} of {parked.event}: {parked.reason}"
