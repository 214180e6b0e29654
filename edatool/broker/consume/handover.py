"""A queue that is taken over from another consumer: what comes first goes back once, and then all comes in order.

RabbitMQ gives the next consumer of a queue with a single active one what is ready, and only then what the last one had
in hand. A classic queue puts what is given back where it was (measured on 3.10.8, 4.0.5 and 4.3.6).
"""

from dataclasses import dataclass
from functools import partial

from edatool.broker.consume.in_hand import InHand, Received
from edatool.broker.consume.pump import Pump

SILENCE = 0.5
"""Seconds without a delivery after which the broker has surely taken back what the last consumer had."""


@dataclass(slots=True)
class Handover:
    """Gives back what comes first, on a channel that reads nothing else."""

    _pump: Pump
    _in_hand: InHand[Received]
    _first: int = 0
    """How many messages have come that go back."""
    _done: bool = False

    def takes(self) -> bool:
        """Tell whether a message, which is in hand already, is one of those that go back."""
        if not self._done:
            self._first += 1
            self._pump.call_later(SILENCE, partial(self._give_back, self._first))
        return not self._done

    def _give_back(self, count: int) -> None:
        if count == self._first and self._pump.has_channel and not self._pump.ending:
            self._done = True
            self._in_hand.put_all_back()
