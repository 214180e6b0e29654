"""The router: evaluates filters for messages whose publishers did not, and sends them on to where they belong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from edatool.broker.address import Address
from edatool.broker.consume.delivery import Delivery, Onward
from edatool.broker.consume.forward.forward import Passing
from edatool.broker.consume.forward.told import Told
from edatool.broker.consume.offenders import Offenders
from edatool.errors import BrokerError, BrokerUnreachable, Stale, WrongUsage
from edatool.routes import Routes
from edatool.runtime.metrics.measured import Measured, Subject, Unmeasured, measured
from edatool.runtime.pausing import pause as wait
from edatool.runtime.router.evaluation import Evaluation, evaluation

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

PREFETCH = 500

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds until a lost connection is tried again: twice as many each time."""

OUTCOMES = ("passed", "filtered", "refused", "stuck", "failed")
MEASURED = Subject("router", "messages", OUTCOMES, "Seconds until passed messages were confirmed.", ("queue",))


@dataclass(slots=True)
class RouterCounts:
    """What became of messages: each that came is ``passed``, ``filtered`` out, ``refused`` or ``stuck``."""

    passed: int = 0
    """Sent on to destinations, and confirmed."""
    filtered: int = 0
    """They match no filter, or are where they belong already."""
    refused: int = 0
    """They cannot be evaluated, and were put aside with the reason."""
    stuck: int = 0
    """They wait for a destination that takes no messages; it gets them later, and then they are passed as well."""
    failed: int = 0
    """Attempts that the broker did not take; they are repeated."""
    reconnected: int = 0

    @property
    def settled(self) -> int:
        """How many messages left the intake."""
        return self.passed + self.filtered + self.refused + self.stuck

    def items(self) -> list[tuple[str, int]]:
        """Return all counts with their names."""
        return [(one.name, getattr(self, one.name)) for one in fields(self)]


@dataclass(slots=True)
class FilterRouter:
    """Works for one spec until it is stopped; any number of them share the work.

    ``counts`` has what became of messages.
    """

    address: Address
    vhost: str
    routes: Routes
    prefetch: int = PREFETCH
    tell: Callable[[str], None] = lambda _: None
    """Is told what a person should know: reconnections, messages put aside, a full queue."""
    registry: "CollectorRegistry | None" = None
    """Of prometheus_client, in which it measures."""
    counts: RouterCounts = field(default_factory=RouterCounts)
    _measures: Measured | Unmeasured = field(init=False)
    _evaluation: Evaluation = field(init=False)
    _offenders: Offenders = field(default_factory=Offenders)
    _stopped: bool = False
    _passing: Passing | None = None

    def __post_init__(self) -> None:
        """Lay out the filters.

        Raises:
            WrongUsage: the spec has no filter that needs a router.
        """
        found = evaluation(self.routes)
        if found is None:
            raise WrongUsage(
                f"the spec {self.routes.spec.name!r} has no filter that needs a router: nothing is to be done"
            )
        self._evaluation = found
        self._measures = measured(self.registry, MEASURED, found.names.intake)

    def run(self, *, until_empty: bool = False) -> None:
        """Pass messages on until ``stop``, or until none is left; once it has begun, it goes on after every fault.

        Raises:
            BrokerUnreachable: there was no connection in the first place.
            BrokerRefused: the user or its permissions do not suffice, or apply has not been run.
        """
        try:
            self._run(until_empty=until_empty)
        finally:
            self._measures.holds(0, 0)

    def _run(self, *, until_empty: bool) -> None:
        pause, begun = FIRST_PAUSE, False
        while True:
            before = self.counts.settled
            self._passing = self._new_passing(until_empty=until_empty)
            if self._stopped:  # asked after this one is there to be told, so that none is missed
                return
            try:
                self._passing.run()
                if self._passing.done:
                    return
                continue
            except (Stale, BrokerError) as error:
                begun = begun or self._passing.begun
                if begun and self._stopped and isinstance(error, Stale):
                    return  # the messages of other filters stay in the intake, for routers that know them
                if not begun or self._stopped:
                    raise
                why = (
                    "the broker routes by other filters than those of this spec" if isinstance(error, Stale) else error
                )
                if isinstance(error, BrokerUnreachable):
                    self._offenders = Offenders()  # it may come back with other limits
                pause = FIRST_PAUSE if self.counts.settled > before else pause
                self.tell(f"{why}: trying again in {pause:g} s")
            self.counts.reconnected += 1
            wait(pause, lambda: self._stopped)
            pause = min(2 * pause, LONGEST_PAUSE)

    @property
    def is_ready(self) -> bool:
        """Whether messages are passed on now; any thread may ask."""
        return bool(self._passing and self._passing.begun)

    def stop(self) -> None:
        """End ``run`` as soon as what is on its way is confirmed; may be called from a signal handler."""
        # No more than this: a signal handler may have interrupted whoever holds a lock.
        self._stopped = True
        if self._passing:
            self._passing.stop()

    def _new_passing(self, *, until_empty: bool) -> Passing:
        return Passing(
            self.address,
            self.vhost,
            self._evaluation.names.intake,
            self._evaluation.names.stuck,
            self.decide,
            self._aside,
            self.prefetch,
            Told(self._done, self._failed, self._given_up, self._full, self._taken_again, self._measures.holds),
            until_empty,
            self._offenders,
        )

    def decide(self, delivery: Delivery) -> Sequence[Onward]:
        """Say where a message goes on to; nowhere where it is where it belongs."""
        try:
            found = self._evaluation.of(delivery)
        except Exception as error:  # noqa: BLE001 - whatever is in one message, the others go on
            found = self._evaluation.aside(delivery, f"edatool failed at it, please report that: {error!r}")
        if found.refused:
            self._put_aside(delivery.message_id, found.refused)
        if not (found.ways or delivery.waited):
            self._count("filtered")
        return found.ways

    def _aside(self, delivery: Delivery, why: str) -> Sequence[Onward]:
        self._put_aside(delivery.message_id, why)
        return self._evaluation.aside(delivery, why).ways

    def _done(self, delivery: Delivery, ways: Sequence[Onward], seconds: float) -> None:
        if any(one.exchange != self._evaluation.names.filters for one in ways):
            self._count("refused")
        elif all(one.put_off for one in ways):
            self._count("passed")
            self._measures.took(seconds)
        elif not delivery.waited:
            self._count("stuck")

    def _failed(self, onward: Onward, why: str) -> None:
        self._count("failed")
        if not onward.destination:
            self.tell(f"a message was not taken, and is sent again: {why}")

    def _given_up(self, message_id: str | None, why: str) -> None:
        self._count("refused")
        self._put_aside(message_id, why)

    def _put_aside(self, message_id: str | None, why: str) -> None:
        self.tell(f"put aside: message {message_id or 'without an id'}: {why}")

    def _full(self, destination: str) -> None:
        self.tell(f"the {destination} takes no messages: they wait in {self._evaluation.names.stuck} meanwhile")

    def _taken_again(self, destination: str) -> None:
        self.tell(f"the {destination} takes messages again")

    def _count(self, what: str) -> None:
        setattr(self.counts, what, getattr(self.counts, what) + 1)
        self._measures.count(what)
