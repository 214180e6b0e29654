"""What is wrong with a queue, and which command to type next."""

from collections.abc import Iterator, Sequence

from edatool.broker.http.statistics import QueueCounts
from edatool.counted import counted
from edatool.watch.duration import spoken
from edatool.watch.status import QueueStatus, Trouble
from edatool.watch.surprises import Surprise

_GROWS = 1.0
"""From so many messages per second on a queue is said to grow: less comes and goes."""
_DOWN = ("down", "crashed", "stopped", "minority")
"""States in which RabbitMQ serves no queue: of classic ones, and of quorum queues whose majority is away."""


def queue_troubles(one: QueueStatus, found: Sequence[Surprise]) -> tuple[Trouble, ...]:
    """Return what is wrong with a queue, alerts first; ``found`` is what policies say of it."""
    if one.counts is None:
        return (Trouble("missing", "alert", "missing: declared, and not on the broker", ("plan",)),)
    troubles = (
        *_down(one.counts),
        *_past(one, one.counts),
        *_unread(one, one.counts),
        *_growing(one, one.counts),
        *_held(one, one.counts),
        *_surprising(found),
    )
    return tuple(sorted(troubles, key=lambda one: one.rank))


def _down(counts: QueueCounts) -> Iterator[Trouble]:
    if counts.state in _DOWN:
        yield Trouble("down", "alert", f"{counts.state}: nobody can use it", ("doctor",))


def _past(one: QueueStatus, counts: QueueCounts) -> Iterator[Trouble]:
    alerts, look = one.alerts, _look(one)
    if alerts.depth is not None and (counts.messages or 0) > alerts.depth:
        what = f"{counts.messages:,} messages, over {alerts.depth:,}"
        yield Trouble("depth", "alert", what, look)
    if alerts.age is not None and one.age is not None and one.age > alerts.age:
        what = f"oldest message waits {spoken(one.age)}, over {spoken(alerts.age)}"
        yield Trouble("age", "alert", what, look)
    if alerts.consumers is not None and counts.consumers is not None and counts.consumers < alerts.consumers:
        has = counted(counts.consumers, "consumer") if counts.consumers else "no consumer"
        waiting = f", {_wait(counts.messages)}" if counts.messages else ""
        yield Trouble("consumers", "alert", f"{has}, under {alerts.consumers}{waiting}", look)


def _unread(one: QueueStatus, counts: QueueCounts) -> Iterator[Trouble]:
    if one.role != "events" or counts.type == "stream" or one.alerts.consumers is not None:
        return
    if counts.messages and counts.consumers == 0:
        yield Trouble("unread", "notice", f"no consumer, {_wait(counts.messages)}", _look(one))


def _growing(one: QueueStatus, counts: QueueCounts) -> Iterator[Trouble]:
    if one.role in ("events", "intake") and counts.type != "stream" and (counts.growth or 0) >= _GROWS:
        yield Trouble("growing", "notice", f"grows by {counts.growth:,.0f}/s", _look(one))


def _held(one: QueueStatus, counts: QueueCounts) -> Iterator[Trouble]:
    if not counts.messages:
        return
    match one.role:
        case "dead-letters":
            yield Trouble("dead-letters", "notice", _many(counts.messages, "dead letter"), _look(one))
        case "unroutable":
            what = f"{_many(counts.messages, 'message')} that no queue is bound for"
            yield Trouble("unroutable", "notice", what, _look(one))
        case "intake" if counts.consumers == 0:
            what = f"no router runs, {_wait(counts.messages)}"
            yield Trouble("router", "notice", what, _look(one))
        case "stuck":
            what = f"{_many(counts.messages, 'message')} whose destination does not take them"
            yield Trouble("router", "notice", what, _look(one))


def _surprising(found: Sequence[Surprise]) -> Iterator[Trouble]:
    for one in found:
        # Drift tells of settings that the queue itself says, too; what only policies say the definitions show.
        shown = ("drift",) if one.said_by_queue else ("export", "--live")
        yield Trouble("policy", "notice", one.what, shown)


def _look(one: QueueStatus) -> tuple[str, ...]:
    match one.role:
        case "dead-letters":
            return ("dead-letters", "list", one.name)
        case "intake":
            return ("router",)
        case _:
            return ("peek", one.name)


def _wait(messages: int) -> str:
    return f"{_many(messages, 'message')} {'waits' if messages == 1 else 'wait'}"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
