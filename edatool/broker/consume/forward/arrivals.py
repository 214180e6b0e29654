"""Messages as they arrive: it is decided where each goes on to, unless it cannot be sent on at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from edatool.broker.consume.copies import Copies
from edatool.broker.consume.delivery import Delivery, Onward, delivery_of
from edatool.broker.consume.ending import Ending
from edatool.broker.consume.forward.forwarding import Forwarding
from edatool.broker.consume.in_hand import InHand, Received
from edatool.broker.consume.offenders import Offenders
from edatool.broker.consume.pump import Pump
from edatool.errors import EdatoolError, Stale

Decide = Callable[[Delivery], Sequence[Onward]]
"""Says where a message goes on to; nowhere, and then it is acknowledged."""


@dataclass(slots=True)
class Arrivals:
    """Takes what is delivered from the queue, and from ``waiting``, in which messages wait that were put off."""

    _waiting: str
    _decide: Decide
    _pump: Pump
    _in_hand: InHand[Received]
    _copies: Copies
    _ending: Ending
    _forwarding: Forwarding
    _offenders: Offenders

    def delivered(self, _: Any, method: Any, properties: Any, body: bytes) -> None:
        """Take a message, give it up, or end where it was passed on before."""
        if self._pump.ending:
            return  # it goes back to its place in the queue
        self._pump.patience.hear()
        tag, waited = method.delivery_tag, method.consumer_tag == self._waiting
        delivery = delivery_of(method, properties, body, waited=waited)
        if why := self._why_not(method, properties, body):
            self._forwarding.give_up(tag, delivery, properties, why)
        elif not waited and self._copies.came_back(method.exchange, properties.headers or {}):
            # The copies are safe where they are: what they are copies of is acknowledged before this ends.
            self._ending.begin(Stale(f"messages that were passed on come back by exchange {method.exchange!r}"))
        else:
            self._take(tag, delivery, properties)

    def _why_not(self, method: Any, properties: Any, body: bytes) -> str:
        """Say why a message cannot be sent on; nothing where it can."""
        if properties.unreadable:
            return "its headers cannot be read"
        if not (isinstance(method.exchange, str) and isinstance(method.routing_key, str)):
            return "its exchange or key is not UTF-8"
        return self._offenders.why_not(properties, body)

    def _take(self, tag: int, delivery: Delivery, properties: Any) -> None:
        try:
            ways = self._decide(delivery)
        except EdatoolError as error:
            self._pump.fail(error)
            return
        if ways:
            self._forwarding.take(tag, delivery, properties, ways)
        else:
            self._in_hand.done(tag)
            self._in_hand.acknowledge_soon(then=self._ending.go_on)
