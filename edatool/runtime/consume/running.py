"""A consumer at work: connection after connection, until it is told to stop."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from edatool.broker.address import Address
from edatool.broker.consume.receive import Receiving
from edatool.broker.consume.subscriptions import Subscription
from edatool.errors import BrokerError
from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.workers.job import Job
from edatool.runtime.consume.workers.workers import Workers
from edatool.runtime.pausing import pause as wait

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds until a lost connection is made again: twice as many each time that it does not last."""


@dataclass(slots=True)
class Running:
    """Reads queues; ``prefetch`` is how many messages of each may be in hand, ``grace`` the seconds to end in."""

    address: Address
    vhost: str
    handlings: Mapping[str, Handling]
    workers: int
    prefetch: int
    grace: float
    tell: Callable[[str], None]
    _stopped: bool = False
    _singly: bool = False
    _receives_singly: bool = False
    """Whether one message of each queue is in hand at most."""
    _receiving: Receiving | None = None

    def run(self) -> None:
        """Work until ``stop``; once it has begun, it goes on after every fault.

        Raises:
            BrokerUnreachable: there was no connection in the first place.
            BrokerRefused: the user or its permissions do not suffice, or apply has not been run.
        """
        workers = Workers(self.workers, self.handlings)
        try:
            self._run(workers)
        finally:
            workers.end()
            for one in self.handlings.values():
                one.measures.holds(0, 0)

    @property
    def is_ready(self) -> bool:
        """Whether events are taken now; any thread may ask."""
        receiving = self._receiving
        return bool(
            receiving and receiving.begun and receiving.is_taking and not receiving.is_blocked and not self._singly
        )

    def stop(self) -> None:
        """End ``run`` once what is in work is done; may be called from a signal handler."""
        # No more than this: a signal handler may have interrupted whoever holds a lock.
        self._stopped = True
        if self._receiving:
            self._receiving.stop()

    def take_singly(self, *, singly: bool) -> None:
        """Have one message of each queue in hand at most, or as many as before; any thread may.

        What is in work gets done, and the rest goes back to its queue.
        """
        if singly != self._singly:
            self._singly = singly
            if self._receiving:
                self._receiving.stop()

    @property
    def is_taking_singly(self) -> bool:
        """Whether it has one message of each queue in hand at most by now, and goes on; any thread may ask."""
        return bool(self._receives_singly and self._receiving and self._receiving.is_taking)

    def _run(self, workers: Workers) -> None:
        pause, begun = FIRST_PAUSE, False
        while True:
            singly, since = self._singly, time.monotonic()
            self._receiving = receiving = self._new_receiving(workers, again=begun, singly=singly)
            self._receives_singly = singly
            if self._stopped:  # asked after this one is there to be told, so that none is missed
                return
            if singly != self._singly:
                continue
            try:
                receiving.run()
                begun = begun or receiving.begun
                continue
            except BrokerError as error:
                begun = begun or receiving.begun
                if not begun:
                    raise
                if time.monotonic() - since > LONGEST_PAUSE:
                    pause = FIRST_PAUSE
                self._tell_of_loss(error, pause)
            wait(pause, lambda: self._stopped)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _tell_of_loss(self, error: BrokerError, pause: float) -> None:
        self.tell(str(error) if self._stopped else f"{error}: trying again in {pause:g} s")

    def _new_receiving(self, workers: Workers, *, again: bool, singly: bool) -> Receiving:
        receiving = Receiving(
            self.address,
            self.vhost,
            [Subscription(name, 1 if singly else self._prefetch(one)) for name, one in self.handlings.items()],
            self._needed(),
            lambda tag, delivery: workers.take(Job(receiving, tag, delivery)),
            self.tell,
            lambda queue, in_hand, prefetch: self.handlings[queue].measures.holds(in_hand, prefetch),
            self.grace,
            again=again,
            in_order=any(one.chosen.keeps_order and one.queue.is_classic for one in self.handlings.values()),
        )
        return receiving

    def _prefetch(self, handling: Handling) -> int:
        batch = handling.chosen.batch
        return max(self.prefetch, batch.most) if batch else self.prefetch

    def _needed(self) -> Sequence[tuple[str, str]]:
        return list(dict.fromkeys(one for each in self.handlings.values() for one in each.queue.needed))
