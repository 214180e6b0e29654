"""Alerts: past which state of a queue ``edatool status`` raises the alarm."""

from collections.abc import Mapping
from typing import Any

from edatool.frozen import frozen
from edatool.spec.quantity import DURATION, milliseconds
from edatool.spec.shape import Integer, Record, RecordField

ALERTS = Record(
    {
        "depth": RecordField(Integer(0, 2**53), "the most messages that may be in the queue"),
        "age": RecordField(DURATION, "how long its oldest message may wait; RabbitMQ tells it of classic queues only"),
        "consumers": RecordField(Integer(1, 2**31), "the fewest consumers that it may have"),
    }
)


@frozen
class Alerts:
    """The thresholds of a queue, None where there is none: at most ``depth`` messages, the oldest at most ``age`` old.

    ``age`` is in seconds; ``consumers`` are the fewest.
    """

    depth: int | None = None
    age: float | None = None
    consumers: int | None = None

    def over(self, others: "Alerts") -> "Alerts":
        """Return these thresholds, with those of others where these say nothing."""
        return Alerts(
            others.depth if self.depth is None else self.depth,
            others.age if self.age is None else self.age,
            others.consumers if self.consumers is None else self.consumers,
        )


def alerts(one: Mapping[str, Any]) -> Alerts:
    """Return checked thresholds."""
    age = milliseconds(one["age"]) / 1000 if "age" in one else None
    return Alerts(one.get("depth"), age, one.get("consumers"))
