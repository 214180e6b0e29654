"""The router: evaluates filters for messages whose publishers did not, and sends them on to where they belong."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from edatool.broker.address import Address
from edatool.broker.passing import PASSED_BY, Delivery, Onward, Passing
from edatool.contracts.payload import parse
from edatool.contracts.violation import Violation
from edatool.errors import BrokerUnreachable, Stale, WrongUsage
from edatool.routing.filtering.generated import Names, names
from edatool.routing.filtering.stamping import Stamping, stamping
from edatool.routing.filters.content import Content
from edatool.routing.message import Message
from edatool.runtime import cloudevents
from edatool.spec.spec import DeadLetter, Spec

PREFETCH = 500
REMEMBERED = 100_000
"""Message ids of which it is remembered that the message was passed on."""

REASON, EXCHANGE, KEY = "x-edatool-reason", "x-edatool-exchange", "x-edatool-key"
"""Headers that say where a message was published, and of those that could not be evaluated, why."""
_OWN = (REASON, EXCHANGE, KEY, PASSED_BY)

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
    _names: Names = field(init=False)
    _stamps: Stamping = field(init=False)
    _passed: dict[str, None] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _passing: Passing | None = None

    def __post_init__(self) -> None:
        """Lay out the filters.

        Raises:
            WrongUsage: the spec has no filter that needs a router.
        """
        stamps = stamping(self.spec)
        if stamps is None:
            raise WrongUsage(f"the spec {self.spec.name!r} has no filter that needs a router: nothing is to be done")
        self._stamps, self._names = stamps, names(self.spec.name)

    def run(self, *, until_empty: bool = False) -> None:
        """Pass messages on until ``stop``, or until none is left; a lost connection is made anew.

        Raises:
            BrokerUnreachable: there was no connection in the first place.
            BrokerRefused: the user or its permissions do not suffice, or apply has not been run.
        """
        pause = FIRST_PAUSE
        connected = False
        while not self._stopped.is_set():
            before = self.counts.passed + self.counts.filtered
            try:
                self._run_once(until_empty=until_empty)
                return
            except Stale:
                self.tell(f"the broker routes by other filters than those of this spec: trying again in {pause:g} s")
            except BrokerUnreachable as error:
                if not connected and not before:
                    raise
                self.tell(f"{error}: trying again in {pause:g} s")
            connected = True
            pause = FIRST_PAUSE if self.counts.passed + self.counts.filtered > before else min(2 * pause, LONGEST_PAUSE)
            self.counts.reconnected += 1
            self._stopped.wait(pause)

    def stop(self) -> None:
        """End ``run`` as soon as what is on its way is confirmed; may be called from a signal handler."""
        self._stopped.set()
        if self._passing:
            self._passing.stop()

    def _run_once(self, *, until_empty: bool) -> None:
        self._passing = Passing(
            self.address,
            self.vhost,
            self._names.intake,
            self.decide,
            self.prefetch,
            self._done,
            self._failed,
            until_empty,
        )
        self._passing.run()

    def decide(self, delivery: Delivery) -> Onward | None:
        """Say where a message goes on to; None where it is where it belongs."""
        if delivery.redelivered and delivery.message_id in self._passed:
            self.counts.repeated += 1
            return None
        message = self._as_published(delivery)
        coming = self._stamps.coming(message)
        if coming.doubts:
            return self._refused(delivery, message, f"it is not certain where it goes: {coming.doubts[0]}")
        if not coming.numbers:
            return self._refused(delivery, message, "the spec has no filter that it comes to by its exchange and key")
        data = _payload(delivery)
        if isinstance(data, Violation):
            return self._refused(delivery, message, f"its payload is not JSON: {data}")
        content = Content(data, message.key, message.headers, delivery.type)
        missing = [one for one in self._stamps.matched(coming, content) if one not in coming.without]
        if not missing:
            self.counts.filtered += 1
            return None
        words = self._stamps.words(message.key, missing)
        if not words:
            return self._refused(delivery, message, "its key has too many words to be routed by a filter")
        return Onward(self._names.filters, message.key, {"BCC": list(words), EXCHANGE: message.exchange})

    def _as_published(self, delivery: Delivery) -> Message:
        """Return a message as its publisher sent it, also where a router has had it before."""
        headers = {name: value for name, value in delivery.headers.items() if name not in _OWN}
        exchange = delivery.headers.get(EXCHANGE)
        if delivery.exchange not in ("", self._names.filters) or not isinstance(exchange, str):
            return Message(delivery.exchange, delivery.key, headers)
        return Message(exchange, str(delivery.headers.get(KEY, delivery.key)), headers)

    def _refused(self, delivery: Delivery, message: Message, reason: str) -> Onward:
        self.tell(f"put aside: message {delivery.message_id or 'without an id'} to {message.exchange!r}: {reason}")
        letter = self.spec.router.dead_letter or DeadLetter("", self._names.refused, None)
        key = message.key if letter.key is None else letter.key
        return Onward(letter.exchange, key, {REASON: reason, EXCHANGE: message.exchange, KEY: message.key})

    def _done(self, delivery: Delivery, onward: Onward) -> None:
        if onward.exchange == self._names.filters:
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


def _payload(delivery: Delivery) -> object:
    """Return the payload of the event, which CloudEvents in structured mode have inside."""
    value = parse(delivery.body)
    if not isinstance(value, Violation) and (delivery.content_type or "").startswith(cloudevents.STRUCTURED):
        found = cloudevents.unwrapped(value)
        return found[1] if isinstance(found, tuple) else found or value
    return value
