"""When a message is to be routed: some time after it was published, or at a time."""

import math
import re
from datetime import datetime, timedelta

from edatool.broker.message import AmqpMessage
from edatool.errors import WrongUsage
from edatool.routing.delays import Delays
from edatool.routing.message import Message
from edatool.spec.quantity import as_duration, milliseconds

Delay = float | str | timedelta
"""Seconds, a duration such as ``15m``, or a timedelta."""


def seconds_until(delay: Delay | None, at: datetime | None, now: float) -> int:
    """Return whole seconds from ``now`` (since the epoch) on, rounded up; 0 for what is not delayed, or is past.

    Raises:
        WrongUsage: both are given, the delay is none, or the time has no zone.
    """
    if delay is not None and at is not None:
        raise WrongUsage("give a delay or a time, not both")
    if at is not None:
        if at.tzinfo is None:
            raise WrongUsage(f"the time {at.isoformat()} has no zone: say which, such as datetime.UTC")
        return max(math.ceil(at.timestamp() - now), 0)
    return 0 if delay is None else max(math.ceil(_seconds(delay)), 0)


def later(message: AmqpMessage, seconds: int, delays: Delays | None) -> AmqpMessage:
    """Return a message as it is published to be routed after so many seconds.

    Raises:
        WrongUsage: the spec declares no delays, or shorter ones.
    """
    if not seconds:
        return message
    declared = require_delays(delays, seconds)
    found = declared.delayed(Message(message.exchange, message.key, message.headers), seconds)
    return message._replace(exchange=found.exchange, headers=found.headers)


def require_delays(delays: Delays | None, seconds: int) -> Delays:
    """Return the delays of a spec, which allow one of so many seconds.

    Raises:
        WrongUsage: it declares none, or shorter ones.
    """
    if delays is None:
        raise WrongUsage("the spec declares no delays: add delays: {up_to: 1d}, or what is needed, and apply it")
    if seconds > delays.longest:
        longest = as_duration(delays.longest * 1000)
        raise WrongUsage(f"the delay of {as_duration(seconds * 1000)} is longer than delays.up_to, {longest}")
    return delays


def _seconds(delay: Delay) -> float:
    if isinstance(delay, timedelta):
        return delay.total_seconds()
    if isinstance(delay, str):
        if not re.fullmatch(r"[0-9]{1,9}(ms|s|m|h|d)", delay):
            raise WrongUsage(f"{delay!r} is no delay: write it like 30s, 15m, 2h or 7d")
        return milliseconds(delay) / 1000
    if not math.isfinite(delay):
        raise WrongUsage(f"{delay} is no delay: give seconds")
    return delay
