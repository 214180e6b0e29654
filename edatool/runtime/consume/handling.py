"""One queue's messages on their way through handlers: from a delivery to what is done with it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from zlib import crc32

from edatool.broker.consume.delivery import Delivery, Onward, Verdict
from edatool.frozen import frozen
from edatool.runtime.consume.beside import InThread
from edatool.runtime.consume.calling import at_fault, called, called_async
from edatool.runtime.consume.choosing import Chosen
from edatool.runtime.consume.counts import ConsumerCounts
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Poison, TooLate
from edatool.runtime.consume.later import Later
from edatool.runtime.consume.once import Once
from edatool.runtime.consume.outcomes import Handled, handled_by
from edatool.runtime.consume.queues import ReadQueue
from edatool.runtime.consume.reactions import Reaction
from edatool.runtime.consume.reading import Reading
from edatool.runtime.consume.verdicts import given_back, in_place, verdict
from edatool.runtime.dead_letters.headers import REASON
from edatool.runtime.inbox.claims import Claimed
from edatool.runtime.metrics.measured import Measured, Unmeasured


@frozen
class Call:
    """An event, and the handler that it goes to."""

    event: ConsumedEvent
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class Handling:
    """Handles the messages of a queue; ``now`` gives the seconds since the epoch. For any number of threads."""

    queue: ReadQueue
    reading: Reading
    chosen: Chosen
    consumer: str
    counts: ConsumerCounts
    measures: Measured | Unmeasured
    tell: Callable[[str], None]
    once: Once | None = None
    now: Callable[[], float] = time.time
    retries_in_place: bool = False
    """Whether what is to be tried again stays in hand where the order is kept, so that others can wait behind it."""

    def verdict(self, delivery: Delivery) -> Verdict | Later:
        """Handle a message, in this thread, and return what is to be done with it."""
        if self.chosen.is_async:
            return asyncio.run(self.verdict_async(delivery))
        call = self.begun(delivery)
        if not isinstance(call, Call):
            return call
        with self.measures.time():
            outcome = called(call.reaction, call.event)
        return self.settled(delivery, outcome, call.event.claim)

    async def verdict_async(self, delivery: Delivery, in_thread: InThread = asyncio.to_thread) -> Verdict | Later:
        """Handle a message in this event loop; what asks the inbox does so in another thread."""
        call = await in_thread(self.begun, delivery) if self.once else self.begun(delivery)
        if not isinstance(call, Call):
            return call
        with self.measures.time():
            outcome = await called_async(call.reaction, call.event, in_thread)
        if claim := call.event.claim:
            return await in_thread(self.settled, delivery, outcome, claim)
        return self.settled(delivery, outcome)

    def begun(self, delivery: Delivery) -> Call | Verdict | Later:
        """Return whom a message goes to, claimed where there is an inbox; or what is to be done without that."""
        call = self._prepared(delivery)
        if isinstance(call, Handled):
            return self.settled(delivery, call)
        claim = self.once.claim(call.event, self.consumer) if self.once else None
        match claim:
            case None:
                return call
            case Later():
                return claim
            case "repeated":
                self._count("repeated")
                return "done"
            case Handled():
                return self.settled(delivery, claim)
            case Claimed():
                return Call(replace(call.event, claim=claim), call.reaction)

    def left(self, delivery: Delivery) -> Onward | None:
        """Return what is to be done with a message that is not handled any more: None where it goes back by itself."""
        return given_back(delivery, self.queue, self.now())

    def key(self, delivery: Delivery) -> int:
        """Return what is the same for messages that are handled one after the other."""
        if not self.chosen.order_by:
            return 0
        try:
            key = reduce(_field, self.chosen.order_by, self.reading.payload(delivery))
        except Poison:
            return 0
        return crc32(repr(key).encode(errors="replace"))

    def _prepared(self, delivery: Delivery) -> Call | Handled:
        try:
            event = self.reading.read(delivery)
            if event.deadline is not None and event.deadline < self.now():
                raise TooLate("its deadline was over before it was handled")
            return Call(event, self.chosen.reaction(event.name))
        except (Poison, TooLate) as error:
            return handled_by(error)
        except Exception as error:  # noqa: BLE001 - whatever is in one message, the others go on
            return at_fault(error)

    def settled(self, delivery: Delivery, outcome: Handled, claim: Claimed | None = None) -> Verdict | Later:
        """Return what is to be done with a message that had this outcome; count it, and tell where it failed."""
        found = self._found(delivery, outcome)
        if self.once and claim and (later := self.once.settle(claim, found)):
            return later
        if found == "done":
            self._count(outcome.kind)
        elif outcome.kind != "not processed":
            self._tell(delivery, outcome, found)
        return found

    def _found(self, delivery: Delivery, outcome: Handled) -> Verdict | Later:
        now = self.now()
        found = verdict(outcome, delivery, self.queue, self.consumer, now)
        dead = isinstance(found, Onward) and REASON in found.headers
        if outcome.kind == "again" and not dead and self.retries_in_place and self.chosen.keeps_order:
            return Later(*in_place(outcome, delivery, self.queue, now))
        return found

    def _tell(self, delivery: Delivery, outcome: Handled, found: Verdict | Later) -> None:
        dead = isinstance(found, Onward) and REASON in found.headers
        self._count("dead" if dead else "retried")
        what = "goes to the dead letters" if dead else "is tried again"
        name = f"{delivery.type or 'message'} {delivery.message_id or 'without an id'}"
        self.tell(f"{name} of queue {self.queue.name} {what}: {outcome.reason}")

    def _count(self, outcome: str) -> None:
        self.counts.add(outcome)
        self.measures.count(outcome)


def _field(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None
