"""Messages consumed from a queue and passed on: each is acknowledged once the broker has confirmed all its copies.

What a destination does not take is put off: it waits in a queue of its own for that, from which it is consumed as well.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from edatool.broker.address import Address
from edatool.broker.consume.copies import Copies
from edatool.broker.consume.ending import Ending
from edatool.broker.consume.forward.arrivals import Arrivals, Decide
from edatool.broker.consume.forward.consumers import Consumers
from edatool.broker.consume.forward.copy_outcomes import CopyOutcomes
from edatool.broker.consume.forward.forwarding import Aside, Forwarding
from edatool.broker.consume.forward.told import Told
from edatool.broker.consume.fullness import Fullness
from edatool.broker.consume.in_hand import InHand, Received
from edatool.broker.consume.offenders import Offenders, digest_of
from edatool.broker.consume.pump import Pump
from edatool.errors import BrokerRefused

ALONE_WITHIN = 30.0
"""Seconds in which messages that are sent one by one have to be through."""
_PRECONDITION_FAILED = 406
"""Why the broker closes a channel for what is in a message."""


@dataclass(slots=True)
class Passing:
    """Passes on what comes into a queue until ``stop``, or with ``until_empty`` until nothing is left.

    ``waiting`` is the queue in which messages wait that were put off.
    """

    address: Address
    vhost: str
    queue: str
    waiting: str
    decide: Decide
    aside: Aside
    prefetch: int
    told: Told = field(default_factory=Told)
    until_empty: bool = False
    offenders: Offenders = field(default_factory=Offenders)
    """Outlives this: where it has suspects, messages are sent one by one until they are through, and then it ends."""
    done: bool = True
    """Whether it ended because there is no more to do, and not only for one by one."""
    _asked_to_stop: bool = False
    _alone_until: float | None = None
    _message_refused: bool = False
    _pump: Pump = field(init=False)
    _in_hand: InHand[Received] = field(init=False)
    _copies: Copies = field(init=False)
    _ending: Ending = field(init=False)
    _forwarding: Forwarding = field(init=False)
    _outcomes: CopyOutcomes = field(init=False)
    _consumers: Consumers = field(init=False)

    def __post_init__(self) -> None:
        """Put the parts together, each with those that it needs."""
        self._pump = pump = Pump(self.address, self.vhost)
        self._in_hand = in_hand = InHand[Received](pump)
        self._copies = copies = Copies(pump)
        self._ending = ending = Ending(pump, in_hand, copies)
        fullness, offenders, told = Fullness(), self.offenders, self.told
        self._forwarding = forwarding = Forwarding(pump, in_hand, copies, fullness, offenders, self.aside, told)
        self._outcomes = CopyOutcomes(pump, in_hand, copies, ending, forwarding, fullness, offenders, told)
        arrivals = Arrivals(self.waiting, self.decide, pump, in_hand, copies, ending, forwarding, offenders)
        self._consumers = Consumers(
            self.queue, self.waiting, self.until_empty, pump, in_hand, ending, arrivals.delivered
        )

    @property
    def begun(self) -> bool:
        """Whether the broker has let it consume, and closed the channel for a message at most."""
        return self._consumers.begun or self._message_refused

    def run(self) -> None:
        """Work until stopped; what is not confirmed by then stays in the queue. All is safe to interrupt.

        Raises:
            Stale: a message came back that this run has passed on.
            BrokerRefused: no such queue or exchange, or missing permissions.
            BrokerUnreachable: no connection, it was lost, or the broker does not answer.
            EdatoolError: what ``decide`` raised.
        """
        self._pump.run(self._opened, self._do_what_is_due)

    def stop(self) -> None:
        """End ``run`` once what is on its way has been confirmed; may be called from any thread or signal handler."""
        # No more than this: a signal handler may have interrupted whoever holds a lock.
        self._asked_to_stop = True

    def _opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self._closed)
        channel.add_on_return_callback(self._outcomes.returned)
        channel.add_on_cancel_callback(self._cancelled)
        channel.confirm_delivery(self._outcomes.confirmed)
        self._alone_until = time.monotonic() + ALONE_WITHIN if self.offenders.suspects > 0 else None
        channel.basic_qos(prefetch_count=1 if self._alone_until else self.prefetch, callback=self._ready)

    def _ready(self, _: Any) -> None:
        if not self._asked_to_stop:
            self._consumers.begin(alone=bool(self._alone_until))

    def _do_what_is_due(self) -> None:
        now, pump = time.monotonic(), self._pump
        if self._asked_to_stop and not pump.ending:
            pump.patience.end_soon()
            self._ending.begin()
        if self._alone_until and (self.offenders.suspects < 1 or now > self._alone_until):
            self.offenders.suspects, self.done = 0, False
            self._ending.begin()
        if not self._is_owed():
            pump.patience.heard = now
        if pump.patience.is_over(now):
            pump.give_in()
        elif pump.has_channel:
            self._outcomes.put_off_overdue(now)
            self._forwarding.try_again(now)
            self._in_hand.acknowledge_one_by_one()
            self.told.holds(len(self._in_hand), self.prefetch)

    def _is_owed(self) -> bool:
        """Tell whether the broker is to answer anything."""
        return self._consumers.asking or self._pump.ending or not self._consumers.begun or bool(self._copies)

    def _cancelled(self, frame: Any) -> None:
        self._pump.fail(BrokerRefused(f"queue {frame.method.consumer_tag} was deleted: run edatool apply"))

    def _closed(self, _: Any, error: Any) -> None:
        if self._pump.is_open and not self._pump.ending and not self._pump.error:
            text = str(getattr(error, "reply_text", error))
            if getattr(error, "reply_code", 0) == _PRECONDITION_FAILED and "delivery" not in text:
                self._blame_what_was_sent(text)
            way_out = ": run edatool apply" if "NOT_FOUND" in text else ""
            words = f"messages of {self.queue} cannot be passed on: {text}{way_out}"
            self._pump.fail(BrokerRefused(words))

    def _blame_what_was_sent(self, why: str) -> None:
        self._message_refused = True
        sent = self._in_hand.among(self._copies.tags())
        self.offenders.closed(why, [digest_of(one.properties, one.delivery.body) for one in sent])
