"""The two consumers: of the queue whose messages are passed on, and of the one in which they wait."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edatool.broker.consume.ending import Ending
from edatool.broker.consume.in_hand import InHand, Received
from edatool.broker.consume.pump import Delivered, Pump

_ASK_AGAIN = 0.1
"""Seconds after which a queue that had messages is asked again."""


@dataclass(slots=True)
class Consumers:
    """Have messages ``delivered``; with ``until_empty`` until none is left in either queue."""

    _queue: str
    _waiting: str
    _until_empty: bool
    _pump: Pump
    _in_hand: InHand[Received]
    _ending: Ending
    _delivered: Delivered
    begun: bool = False
    """Whether the broker has let all consume."""
    asking: bool = False
    """Whether the broker is to answer how many messages there are."""

    def begin(self, *, alone: bool) -> None:
        """Consume both queues, or ``alone`` the first one."""
        # Whether there is an intake at all is what people want to know first.
        then = self._consume_queue if alone else self._consume_both
        self._pump.channel.queue_declare(self._queue, passive=True, callback=lambda _: then())

    def _consume_both(self) -> None:
        self._consume(self._waiting, self._consume_queue)

    def _consume_queue(self) -> None:
        self._consume(self._queue, self._has_begun)

    def _consume(self, queue: str, then: Callable[[], None]) -> None:
        if not self._pump.ending:
            self._pump.consume(queue, self._delivered, then)

    def _has_begun(self) -> None:
        self._pump.patience.hear()
        self.begun = True
        if self._until_empty:
            self._ask(self._queue)

    def _ask(self, queue: str) -> None:
        if self._pump.has_channel and not self._pump.ending:
            self.asking = True
            self._pump.channel.queue_declare(queue, passive=True, callback=self._answered)

    def _answered(self, frame: Any) -> None:
        self._pump.patience.hear()
        self.asking = False
        if frame.method.message_count or self._in_hand:
            self._pump.call_later(_ASK_AGAIN, lambda: self._ask(self._queue))
        elif frame.method.queue == self._queue:
            self._ask(self._waiting)
        else:
            self._ending.begin()
