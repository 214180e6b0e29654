"""Which of the dead letters are meant."""

from datetime import datetime

from edatool.contracts.violation import Violation
from edatool.filters.content import Content
from edatool.filters.matches import matches
from edatool.filters.pattern import Filter
from edatool.frozen import frozen
from edatool.runtime.cloudevents import payload
from edatool.runtime.dead_letters.history import DeadMessage


@frozen
class Selection:
    """What a dead letter has to be: all of it. What is None or empty says nothing.

    ``reason`` is a part of the reason, and ``error`` of the class of the error. What tells no time when it died is
    neither older nor newer than any.
    """

    ids: frozenset[str] = frozenset()
    queue: str | None = None
    reason: str | None = None
    error: str | None = None
    died_before: datetime | None = None
    died_after: datetime | None = None
    filter: Filter | None = None

    def has(self, one: DeadMessage) -> bool:
        """Tell whether a dead letter is meant."""
        return (
            (not self.ids or one.id in self.ids)
            and (self.queue is None or one.origin.queue == self.queue)
            and (self.reason is None or self.reason.lower() in one.reason.lower())
            and (self.error is None or self.error.lower() in (one.error or "").lower())
            and (self.died_before is None or (one.died is not None and one.died < self.died_before))
            and (self.died_after is None or (one.died is not None and one.died > self.died_after))
            and (self.filter is None or _matches(self.filter, one))
        )


def _matches(wanted: Filter, one: DeadMessage) -> bool:
    delivery = one.visited.delivery
    data = payload(delivery.content_type, delivery.body)
    key = delivery.key if one.origin.key is None else one.origin.key
    return not isinstance(data, Violation) and matches(wanted, Content(data, key, delivery.headers, delivery.type))
