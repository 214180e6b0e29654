"""What becomes of copies: the broker takes them, or they are put off or sent again."""

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pika import spec

from edatool.broker.consume.copies import Copies, Copy
from edatool.broker.consume.ending import Ending
from edatool.broker.consume.forward.forwarding import Forwarding
from edatool.broker.consume.forward.told import Told
from edatool.broker.consume.fullness import LONGEST_PAUSE, Fullness
from edatool.broker.consume.in_hand import InHand, Received
from edatool.broker.consume.offenders import Offenders
from edatool.broker.consume.pump import Pump
from edatool.errors import Stale


@dataclass(slots=True)
class CopyOutcomes:
    """Learns them from the broker: returns and confirms, or none in time."""

    _pump: Pump
    _in_hand: InHand[Received]
    _copies: Copies
    _ending: Ending
    _forwarding: Forwarding
    _fullness: Fullness
    _offenders: Offenders
    _told: Told
    _told_as_full: set[str] = field(default_factory=set)

    def returned(self, _: Any, method: Any, properties: Any, __: bytes) -> None:
        """Note a copy that goes to no queue; it comes before its confirm."""
        copy = self._copies.returned(properties.headers or {})
        if copy:
            self._told.failed(copy.onward, f"exchange {method.exchange} leads it to no queue")

    def confirmed(self, frame: Any) -> None:
        """Go on with the messages whose copies the broker took, or did not."""
        method = frame.method
        now = self._pump.patience.hear()
        for copy in self._copies.confirmed(method.delivery_tag, multiple=method.multiple):
            if isinstance(method, spec.Basic.Nack):
                self._told.failed(copy.onward, "a queue is full, or the broker has an error: it nacked")
                self._not_taken(copy, now)
            elif copy.returned:
                self._not_taken(copy, now)
            else:
                self._taken(copy)
        self._in_hand.acknowledge_soon(then=self._ending.go_on)

    def put_off_overdue(self, now: float) -> None:
        """Put off what a destination did not confirm in time."""
        for copy in self._copies.overdue(now):
            self._told.failed(copy.onward, "it was not confirmed in time, and may come twice")
            self._not_taken(copy, now)

    def _taken(self, copy: Copy) -> None:
        self._tell_of_fullness(copy)
        received = self._in_hand.get(copy.tag)
        assert received
        received.gone.append(copy.onward)
        received.open -= 1
        if not received.open:
            self._told.passed(received.delivery, received.gone, time.monotonic() - received.since)
            self._offenders.suspects -= 1
            self._in_hand.done(copy.tag)

    def _tell_of_fullness(self, copy: Copy) -> None:
        """Tell when a destination takes messages again, and once when a message waits for it."""
        destination = copy.onward.destination
        if destination and self._fullness.taken(destination) and destination in self._told_as_full:
            self._told_as_full.remove(destination)
            self._told.taken_again(destination)
        if copy.waits_for and copy.waits_for not in self._told_as_full:
            self._told_as_full.add(copy.waits_for)
            self._told.full(copy.waits_for)

    def _not_taken(self, copy: Copy, now: float) -> None:
        onward = copy.onward
        if onward.put_off:
            self._fullness.refused(onward.destination, now)
            self._forwarding.put_off(copy.tag, onward)
        elif copy.returned and copy.waits_for:
            # It was not sent anywhere, so it stays in the queue.
            self._ending.begin(Stale(f"exchange {onward.exchange!r} leads no message of this run anywhere"))
        else:
            self._pump.call_later(copy.pause, partial(self._send_again, copy, self._in_hand.get(copy.tag)))

    def _send_again(self, copy: Copy, received: Received | None) -> None:
        # It may have been put aside meanwhile, and what was put in its place has a copy of its own.
        if not self._pump.ending and self._in_hand.get(copy.tag) is received:
            self._forwarding.send(copy.tag, copy.onward, min(2 * copy.pause, LONGEST_PAUSE), copy.waits_for)
