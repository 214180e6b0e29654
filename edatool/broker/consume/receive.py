"""Messages taken from queues for somebody else, who says of each what is to become of it, in any thread."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from edatool.broker.address import Address
from edatool.broker.consume.copies import Copies
from edatool.broker.consume.delivery import Delivery, Verdict, delivery_of
from edatool.broker.consume.ending import Ending
from edatool.broker.consume.handover import Handover
from edatool.broker.consume.in_hand import InHand, Received
from edatool.broker.consume.pump import Pump
from edatool.broker.consume.settling import Settling
from edatool.broker.consume.subscriptions import Subscription, Subscriptions
from edatool.errors import BrokerRefused

SENT_BY = "x-edatool-copy"
"""The header by which a copy is known: of which run, and as which of its messages."""


@dataclass(slots=True)
class Receiving:
    """Takes messages until ``stop``; those that are in work then have ``grace`` seconds to get done.

    ``take`` is called in the thread of ``run`` with a delivery tag and a message, for which any thread says
    ``settle``. In the same thread ``tell`` is told what a person should know, and ``holds``, from time to time, of each
    queue how many of its messages are in hand, and may be.
    """

    address: Address
    vhost: str
    subscriptions: Sequence[Subscription]
    needed: Sequence[tuple[str, str]]
    take: Callable[[int, Delivery], None]
    tell: Callable[[str], None]
    holds: Callable[[str, int, int], None]
    grace: float
    again: bool = False
    """Whether all that it needs was there once: then no queue waits for another that has gone since."""
    in_order: bool = False
    """Whether one consumer after another gets the messages in order, of the one queue that is read, a classic one."""
    _asked_to_stop: bool = False
    _end_by: float | None = None
    _told_blocked: bool = False
    _open: set[int] = field(default_factory=set)
    """The tags of what is in work, or has a copy on its way."""
    _pump: Pump = field(init=False)
    _in_hand: InHand[Received] = field(init=False)
    _handover: Handover | None = field(init=False)
    _copies: Copies = field(init=False)
    _ending: Ending = field(init=False)
    _settling: Settling = field(init=False)
    _subscriptions: Subscriptions = field(init=False)

    def __post_init__(self) -> None:
        """Put the parts together, each with those that it needs."""
        self._pump = pump = Pump(self.address, self.vhost)
        self._in_hand = InHand[Received](pump, left_to_close=self.in_order)
        self._handover = Handover(pump, self._in_hand) if self.in_order else None
        self._copies = Copies(pump, SENT_BY)
        self._ending = Ending(pump, self._in_hand, self._open, self.in_order)
        self._settling = Settling(pump, self._in_hand, self._copies, self._ending, self._open, self.tell)
        self._subscriptions = Subscriptions(
            pump, self.subscriptions, self.needed, self._delivered, self._lost, self._back
        )

    @property
    def begun(self) -> bool:
        """Whether the broker has let it consume."""
        return self._subscriptions.begun

    @property
    def is_taking(self) -> bool:
        """Whether work on a message that was taken may still begin; any thread may ask."""
        return not self._asked_to_stop and self._pump.error is None

    @property
    def is_blocked(self) -> bool:
        """Whether the broker is short of memory or disk."""
        return self._pump.patience.blocked

    def run(self) -> None:
        """Work until stopped; what has no verdict by then goes back to its queue. All is safe to interrupt.

        Raises:
            BrokerRefused: no such queue or exchange, missing permissions, or the broker closed the channel.
            BrokerUnreachable: no connection, it was lost, or the broker does not answer.
        """
        self._pump.run(self._opened, self._do_what_is_due)

    def stop(self) -> None:
        """End ``run``; may be called from any thread or signal handler."""
        # No more than this: a signal handler may have interrupted whoever holds a lock.
        self._asked_to_stop = True

    def settle(self, tag: int, verdict: Verdict | None) -> None:
        """Say what becomes of a message, None where nobody began to work on it; any thread may, once for each."""
        if verdict == "not processed" and not self.is_taking:
            verdict = None  # given back before the end, it would come again meanwhile
        self._settling.settle(tag, verdict)

    def _opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self._closed)
        channel.add_on_return_callback(self._settling.returned)
        channel.confirm_delivery(self._settling.confirmed)
        if not self._asked_to_stop:
            (self._subscriptions.begin_again if self.again else self._subscriptions.begin)()

    def _delivered(self, _: Any, method: Any, properties: Any, body: bytes) -> None:
        if self._pump.ending:
            return  # it goes back to its place in the queue
        tag, delivery = method.delivery_tag, self._delivery(method, properties, body)
        self._in_hand.add(tag, Received(delivery, properties, 0.0, 1))
        if not (self._handover and self._handover.takes()):
            self._open.add(tag)
            self.take(tag, delivery)

    def _delivery(self, method: Any, properties: Any, body: bytes) -> Delivery:
        return delivery_of(method, properties, body, queue=self._subscriptions.queues[method.consumer_tag])

    def _do_what_is_due(self) -> None:
        now, pump = time.monotonic(), self._pump
        if self._asked_to_stop:
            self._end(now)
        if not self._is_owed():
            pump.patience.heard = now
        if pump.patience.blocked != self._told_blocked:
            self._tell_of_alarm()
        if pump.patience.is_over(now):
            pump.give_in()
        elif pump.has_channel:
            self._in_hand.acknowledge_one_by_one()
            self._look()

    def _look(self) -> None:
        """See how many messages of each queue are in hand."""
        in_hand = Counter(one.delivery.queue for one in self._in_hand.among(self._open))
        for one in self.subscriptions:
            self.holds(one.queue, in_hand[one.queue], one.prefetch)

    def _end(self, now: float) -> None:
        """Wait for what is in work, and give the rest back when its time is over."""
        self._end_by = self._end_by or now + self.grace
        in_time = now < self._end_by
        self._pump.patience.end_soon(anew=in_time and bool(self._open))
        if not self._pump.ending:
            self._ending.begin()
        elif not in_time and self._open:
            self.tell(f"{len(self._open)} in work are given back: they took longer than {self.grace:g} s to end")
            self._open.clear()
            self._ending.go_on()

    def _is_owed(self) -> bool:
        """Tell whether the broker is to answer anything."""
        return bool(self._copies) or not self.begun or (self._pump.ending and not self._open)

    def _tell_of_alarm(self) -> None:
        self._told_blocked = self._pump.patience.blocked
        self.tell("the broker is short of memory or disk: events wait" if self._told_blocked else "events go on")

    def _lost(self, queue: str, why: str) -> None:
        self.tell(f"queue {queue!r} is read no more ({why}): it is read again as soon as that goes")

    def _back(self, queue: str) -> None:
        self.tell(f"queue {queue!r} is read again")

    def _closed(self, _: Any, error: Any) -> None:
        if self._pump.is_open and not self._pump.ending and not self._pump.error:
            text = str(getattr(error, "reply_text", error))
            self._pump.fail(BrokerRefused(f"the broker gave up the channel: {text}{_way_out(text)}"))


def _way_out(text: str) -> str:
    if "NOT_FOUND" in text:
        return ": run edatool apply"
    return ": let events take less time, or raise consumer_timeout" if "timed out" in text else ""
