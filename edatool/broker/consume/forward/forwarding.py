"""Messages that are sent on: at once, later where a destination takes none for now, or aside where they cannot be."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from edatool.broker.consume.copies import Copies, Copy
from edatool.broker.consume.delivery import Delivery, Onward
from edatool.broker.consume.forward.told import Told
from edatool.broker.consume.fullness import FIRST_PAUSE, Fullness
from edatool.broker.consume.in_hand import InHand, Received
from edatool.broker.consume.offenders import Offenders
from edatool.broker.consume.pump import Pump
from edatool.broker.properties import bare, may_die

LONGEST_IN_HAND = 5.0
"""Seconds that a message which was put off stays in hand before it makes room for others that wait."""

Aside = Callable[[Delivery, str], Sequence[Onward]]
"""Says where a message goes that cannot go on with its headers, and why."""


@dataclass(slots=True)
class Forwarding:
    """Sends a copy of a message each way that it goes."""

    _pump: Pump
    _in_hand: InHand[Received]
    _copies: Copies
    _fullness: Fullness
    _offenders: Offenders
    _aside: Aside
    _told: Told
    _held: dict[int, list[Onward]] = field(default_factory=dict)
    """The ways of what waits in hand for full destinations, by delivery tag."""

    def take(self, tag: int, delivery: Delivery, properties: Any, ways: Sequence[Onward]) -> None:
        """Take a message in hand and send it each way; those to full destinations are put off."""
        now = time.monotonic()
        self._in_hand.add(tag, Received(delivery, properties, now, len(ways)))
        self._try(tag, ways, now)

    def put_off(self, tag: int, onward: Onward) -> None:
        """Have a message wait for a destination: in hand where it waited already, until its turn is over."""
        received = self._in_hand.get(tag)
        assert received
        assert onward.put_off
        if received.delivery.waited and time.monotonic() < received.since + LONGEST_IN_HAND:
            self._held.setdefault(tag, []).append(onward)
        else:
            self.send(tag, onward.put_off, waits_for=onward.destination)

    def try_again(self, now: float) -> None:
        """Send what waits in hand where its destination may take messages again, or put it off once more."""
        if self._pump.ending:
            return  # it stays in the queue
        for tag in list(self._held):
            self._try(tag, self._held.pop(tag), now)

    def send(self, tag: int, onward: Onward, pause: float = FIRST_PAUSE, waits_for: str = "") -> None:
        """Send a copy of a message that is still in hand; where it is not taken, it is sent again after ``pause``."""
        received = self._in_hand.get(tag)
        if received is None or not self._pump.has_channel:
            return
        if not self._copies.send(Copy(tag, onward, time.monotonic(), pause, waits_for), received):
            why = "there is no room in it for the headers of the router"
            self.give_up(tag, received.delivery, received.properties, why)

    def give_up(self, tag: int, delivery: Delivery, properties: Any, why: str) -> None:
        """Have the broker put a message aside that cannot be sent, or do so without its headers."""
        self._offenders.suspects -= 1
        self._held.pop(tag, None)
        self._copies.give_up(tag)
        if may_die(properties):
            self._in_hand.reject(tag)
            self._told.given_up(delivery.message_id, why)
        elif self._offenders.is_too_large(delivery.body):
            # The broker takes it no more without its headers, so it stays in hand.
            self._in_hand.add(tag, Received(delivery, properties, time.monotonic(), 1))
            self._told.failed(Onward("", "", {}), why)
        else:
            (onward,) = self._aside(delivery, f"{why}; without its headers, by which RabbitMQ would fail")
            self._in_hand.add(tag, Received(delivery, bare(properties), time.monotonic(), 1))
            self.send(tag, onward)

    def _try(self, tag: int, ways: Sequence[Onward], now: float) -> None:
        received = self._in_hand.get(tag)
        for onward in ways:
            if self._in_hand.get(tag) is not received:
                break  # it was given up
            if onward.destination and not self._fullness.may_try(onward.destination, now):
                self.put_off(tag, onward)
            else:
                self.send(tag, onward)
