"""The router: evaluates filters for messages whose publishers did not, and sends them on to where they belong."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from edatool.broker.address import Address
from edatool.broker.delivery import Delivery, Onward
from edatool.broker.passing import Passing
from edatool.errors import BrokerError, Stale, WrongUsage
from edatool.runtime.evaluation import Evaluation, evaluation
from edatool.spec.spec import Spec

PREFETCH = 500
REMEMBERED = 100_000
"""Message ids of which it is remembered that the message was passed on."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds until a lost connection is tried again: twice as many each time."""


@dataclass(slots=True)
class Counts:
    """What became of messages: each that came is ``passed``, ``filtered`` out, ``refused`` or ``repeated``."""

    passed: int = 0
    """Sent on to destinations, and confirmed."""
    filtered: int = 0
    """They match no filter, or are where they belong already."""
    refused: int = 0
    """They cannot be evaluated, and were put aside with the reason."""
    repeated: int = 0
    """Delivered again after they had been sent on, and not sent on twice."""
    failed: int = 0
    """Attempts that the broker did not take; they are repeated."""
    reconnected: int = 0

    @property
    def settled(self) -> int:
        """How many messages are where they belong."""
        return self.passed + self.filtered

    def items(self) -> list[tuple[str, int]]:
        """Return all counts with their names."""
        return [(one.name, getattr(self, one.name)) for one in fields(self)]


@dataclass(slots=True)
class FilterRouter:
    """Works for one spec until it is stopped; any number of them share the work."""

    address: Address
    vhost: str
    spec: Spec
    prefetch: int = PREFETCH
    tell: Callable[[str], None] = lambda _: None
    """Is told what a person should know: reconnections, messages put aside, a full queue."""
    counts: Counts = field(default_factory=Counts)
    _evaluation: Evaluation = field(init=False)
    _passed: dict[str, None] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _passing: Passing | None = None

    def __post_init__(self) -> None:
        """Lay out the filters.

        Raises:
            WrongUsage: the spec has no filter that needs a router.
        """
        found = evaluation(self.spec)
        if found is None:
            raise WrongUsage(f"the spec {self.spec.name!r} has no filter that needs a router: nothing is to be done")
        self._evaluation = found

    def run(self, *, until_empty: bool = False) -> None:
        """Pass messages on until ``stop``, or until none is left; once it has begun, it goes on after every fault.

        Raises:
            BrokerUnreachable: there was no connection in the first place.
            BrokerRefused: the user or its permissions do not suffice, or apply has not been run.
        """
        pause, begun = FIRST_PAUSE, False
        while True:
            before = self.counts.settled
            self._passing = self._new_passing(until_empty=until_empty)
            if self._stopped.is_set():  # asked after this one is there to be told, so that none is missed
                return
            try:
                self._passing.run()
                return
            except (Stale, BrokerError) as error:
                begun = begun or self._passing.begun
                if not begun:
                    raise
                why = (
                    "the broker routes by other filters than those of this spec" if isinstance(error, Stale) else error
                )
                pause = FIRST_PAUSE if self.counts.settled > before else pause
                self.tell(f"{why}: trying again in {pause:g} s")
            self.counts.reconnected += 1
            self._stopped.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def stop(self) -> None:
        """End ``run`` as soon as what is on its way is confirmed; may be called from a signal handler."""
        self._stopped.set()
        if self._passing:
            self._passing.stop()

    def _new_passing(self, *, until_empty: bool) -> Passing:
        return Passing(
            self.address,
            self.vhost,
            self._evaluation.names.intake,
            self.decide,
            self.prefetch,
            self._done,
            self._failed,
            until_empty,
        )

    def decide(self, delivery: Delivery) -> Onward | None:
        """Say where a message goes on to; None where it is where it belongs."""
        if delivery.redelivered and delivery.message_id in self._passed:
            self.counts.repeated += 1
            return None
        found = self._evaluation.of(delivery)
        if found.refused:
            self.tell(f"put aside: message {delivery.message_id or 'without an id'}: {found.refused}")
        if found.onward is None:
            self.counts.filtered += 1
        return found.onward

    def _done(self, delivery: Delivery, onward: Onward) -> None:
        if onward.exchange == self._evaluation.names.filters:
            self.counts.passed += 1
        else:
            self.counts.refused += 1
        if delivery.message_id:
            self._passed[delivery.message_id] = None
            if len(self._passed) > REMEMBERED:
                del self._passed[next(iter(self._passed))]

    def _failed(self, why: str) -> None:
        self.counts.failed += 1
        self.tell(f"a message was not taken, and is sent again: {why}")
