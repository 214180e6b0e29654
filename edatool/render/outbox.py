"""What is in an outbox, and what a relay did, for people and for programs."""

import json
from collections.abc import Iterator, Mapping

from edatool.runtime.outbox.status import Status
from edatool.visible import joined

FORMAT_VERSION = 1
_COUNTED = ("confirmed", "refused", "unanswered")
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def text(status: Status) -> str:
    """Return the state of an outbox to be read."""
    return joined(_lines(status))


def as_json(status: Status) -> str:
    """Return the state as JSON; the keys are part of the format, whose version is ``format_version``."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "waiting": status.waiting,
            "bytes": status.bytes,
            "age_seconds": None if status.age is None else round(status.age, 3),
            "relays": status.relays,
            "parked_messages": status.parked_messages,
            "held": [
                {
                    "vhost": one.place.vhost or None,
                    "exchange": one.place.exchange,
                    "key": one.place.key,
                    "messages": one.messages,
                    "attempts": one.attempts,
                    "due_seconds": round(one.due, 3),
                    "reason": one.reason,
                }
                for one in status.held
            ],
            "parked": [
                {
                    "vhost": one.place.vhost or None,
                    "exchange": one.place.exchange,
                    "key": one.place.key,
                    "event": one.event,
                    "messages": one.messages,
                    "reason": one.reason,
                }
                for one in status.parked
            ],
        },
        indent=2,
    )


def relayed(counts: Mapping[str, int], waiting: int, parked: int) -> str:
    """Return what a relay did, and how many messages are still in the outbox."""
    parts = [f"{counts[name]} {name}" for name in _COUNTED if counts.get(name)]
    return f"{', '.join(parts) or 'nothing sent'}; {waiting} waiting, {parked} parked"


def relayed_json(counts: Mapping[str, int], waiting: int, parked: int) -> str:
    """Return the same as JSON."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            **{name: counts.get(name, 0) for name in _COUNTED},
            "waiting": waiting,
            "parked_messages": parked,
        }
    )


def counted(messages: int) -> str:
    """Return how many messages, in words."""
    return "1 message" if messages == 1 else f"{messages} messages"


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
