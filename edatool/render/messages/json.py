"""Messages for programs."""

from collections.abc import Sequence
from json import dumps
from typing import Any

from edatool.render.messages.shown import ShownMessage
from edatool.render.moment import moment
from edatool.runtime.dead_letters.history import RecordedDeath
from edatool.runtime.dead_letters.lines import record
from edatool.runtime.dead_letters.today import Today

FORMAT_VERSION = 1


def json(shown: Sequence[ShownMessage]) -> str:
    """Return messages as JSON; the keys are part of the format, whose version is ``format_version``."""
    return dumps({"format_version": FORMAT_VERSION, "messages": [fields(one) for one in shown]}, indent=2)


def fields(shown: ShownMessage) -> dict[str, Any]:
    """Return one message: the ``message`` is as ``edatool dead-letters export`` writes it."""
    one = shown.message
    return {
        "id": one.id,
        "event": one.visited.delivery.type,
        "offset": one.visited.offset,
        "redelivered": one.visited.delivery.redelivered,
        "origin": {"queue": one.origin.queue, "exchange": one.origin.exchange, "key": one.origin.key},
        "reason": one.reason,
        "error": one.error,
        "attempts": one.attempts,
        "consumer": one.consumer,
        "died": one.died and moment(one.died),
        "replays": one.replays,
        "edits": list(one.edits),
        "deaths": [_death(each) for each in one.deaths],
        "message": record(one.visited),
        "today": shown.today and _today(shown.today),
    }


def _death(one: RecordedDeath) -> dict[str, Any]:
    return {
        "queue": one.queue,
        "reason": one.reason,
        "exchange": one.exchange,
        "keys": list(one.keys),
        "count": one.count,
        "time": one.time and moment(one.time),
    }


def _today(today: Today) -> dict[str, Any]:
    trace = today.trace
    return {
        "event": today.event,
        "valid": today.valid,
        "violations": [str(one) for one in today.violations],
        "queues": list(trace.queues) if trace else None,
        "maybe": list(trace.maybe) if trace else None,
    }
