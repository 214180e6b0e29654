"""A consumer that stops after a number of events."""

import threading

from edatool.runtime.consume.consumer import Consumer
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import NotProcessed
from edatool.runtime.triggers.actions import Act


def unlimited(act: Act) -> Act:
    """Return an action as it is."""
    return act


class Limit:
    """Lets actions be taken up a number of times in all, and never more."""

    def __init__(self, limit: int, consumer: Consumer) -> None:
        self._left, self._consumer = limit, consumer
        self._lock = threading.Lock()

    def around(self, act: Act) -> Act:
        """Return an action that is taken up only while some are left."""

        def act_if_any_are_left(event: ConsumedEvent) -> None:
            self._take_up()
            act(event)

        return act_if_any_are_left

    def _take_up(self) -> None:
        with self._lock:
            self._left -= 1
            left = self._left
        if left == 0:
            self._consumer.stop()  # what was taken up has the time that a consumer has to end
        if left < 0:
            raise NotProcessed
