"""One queue's messages on their way through handlers: from a delivery to what is done with it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from edatool.broker.consume.delivery import Delivery, Onward, Verdict
from edatool.frozen import frozen
from edatool.runtime.consume.choosing import Chosen
from edatool.runtime.consume.counts import ConsumerCounts
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Poison, TooLate
from edatool.runtime.consume.outcomes import DONE, Handled, handled_by
from edatool.runtime.consume.queues import ReadQueue
from edatool.runtime.consume.reactions import Reaction
from edatool.runtime.consume.reading import Reading
from edatool.runtime.consume.verdicts import verdict
from edatool.runtime.dead_letters.headers import REASON


@frozen
class Call:
    """An event, the handler that it goes to, and what that is called with."""

    event: ConsumedEvent
    reaction: Reaction
    arguments: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Handling:
    """Handles the messages of a queue; ``now`` gives the seconds since the epoch. For any number of threads."""

    queue: ReadQueue
    reading: Reading
    chosen: Chosen
    consumer: str
    counts: ConsumerCounts
    tell: Callable[[str], None]
    now: Callable[[], float] = time.time

    def verdict(self, delivery: Delivery) -> Verdict:
        """Handle a message, in this thread, and return what is to be done with it."""
        call = self.prepared(delivery)
        if isinstance(call, Handled):
            return self.settled(delivery, call)
        try:
            call.reaction.handle(*call.arguments)
        except BaseException as error:  # noqa: BLE001 - even a handler that calls sys.exit() only fails
            return self.settled(delivery, handled_by(error))
        return self.settled(delivery, DONE)

    def prepared(self, delivery: Delivery) -> Call | Handled:
        """Return whom a message goes to, and with what; or what becomes of it without that."""
        try:
            event = self.reading.read(delivery)
            if event.deadline is not None and event.deadline < self.now():
                raise TooLate("its deadline was over before it was handled")
            reaction = self.chosen.reaction(event.name)
            return Call(event, reaction, reaction.arguments(event))
        except (Poison, TooLate) as error:
            return handled_by(error)
        except Exception as error:  # noqa: BLE001 - whatever is in one message, the others go on
            return handled_by(Poison(f"edatool failed at it, please report that: {error!r}"))

    def settled(self, delivery: Delivery, outcome: Handled) -> Verdict:
        """Return what is to be done with a message that had this outcome; count it, and tell where it failed."""
        found = verdict(outcome, delivery, self.queue, self.consumer, self.now())
        if found == "done":
            self.counts.add("done" if outcome.kind == "done" else "dropped")
        else:
            self._tell(delivery, outcome, found)
        return found

    def _tell(self, delivery: Delivery, outcome: Handled, found: Verdict) -> None:
        dead = isinstance(found, Onward) and REASON in found.headers
        self.counts.add("dead" if dead else "retried")
        what = "goes to the dead letters" if dead else "is tried again"
        name = f"{delivery.type or 'message'} {delivery.message_id or 'without an id'}"
        self.tell(f"{name} of queue {self.queue.name} {what}: {outcome.reason}")
