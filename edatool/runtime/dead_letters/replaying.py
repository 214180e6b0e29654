"""Where a dead letter goes when it is replayed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from edatool.broker.consume.visit.visited import GoesOn
from edatool.routes import Routes
from edatool.runtime.dead_letters.headers import (
    COPIES,
    EDITED,
    EXCHANGE,
    KEY,
    REPLAYED_AT,
    REPLAYED_BY,
    REPLAYS,
)
from edatool.runtime.dead_letters.history import DeadMessage
from edatool.runtime.dead_letters.round import Decision, Kept
from edatool.runtime.dead_letters.stripped import NOT_AGAIN
from edatool.runtime.dead_letters.today import judged, published_again

Where = Literal["queue", "exchange"]
"""To the queue that gave it up, or to the exchange where it was published."""
NO_ORIGIN = "nothing in it tells where it came from: name a queue with --to-queue"


@dataclass(slots=True)
class Replaying:
    """Decides for each dead letter where it goes, unless it breaks its contract."""

    source: str
    """The queue in which it is."""
    by: str
    routes: Routes | None = None
    where: Where = "queue"
    to_queue: str | None = None
    """A queue in place of the one that gave it up."""
    anyway: bool = False
    """Whether also what breaks its contract is sent."""
    reopen: Callable[[str, str], object] | None = None
    """Is told the consumer and the message id of what is sent, so that an inbox lets it be handled again."""

    def decide(self, one: DeadMessage) -> Decision:
        """Return where a dead letter goes, or why it stays."""
        return self.goes(one, None, None)

    def goes(self, one: DeadMessage, body: bytes | None, edit: str | None) -> GoesOn | Kept:
        """Return where a dead letter goes, with another ``body`` and a sentence on that ``edit`` where it has one."""
        if not one.visited.readable:
            return Kept("unreadable", "its headers, exchange or key cannot be read: move it, or drop it")
        found = None if self.anyway or self.routes is None else judged(one, self.routes, body)
        if found and found[1]:
            return Kept("invalid", "; ".join(str(each) for each in found[1]))
        goes = self._to_exchange(one, body) if self.where == "exchange" else self._to_queue(one, body)
        if isinstance(goes, Kept):
            return goes
        if self.reopen and one.consumer and one.visited.delivery.message_id:
            self.reopen(one.consumer, one.visited.delivery.message_id)
        edits = {EDITED: [*one.edits, edit]} if edit else {}
        return GoesOn(goes.exchange, goes.key, {**goes.headers, **self._marks(one), **edits}, NOT_AGAIN, body)

    def _to_queue(self, one: DeadMessage, body: bytes | None) -> GoesOn | Kept:
        queue = self.to_queue or one.origin.queue
        if queue is None:
            return Kept("unknown", NO_ORIGIN)
        if queue == self.source:
            return Kept("unknown", f"it came from {queue} itself: name another queue with --to-queue")
        published = {EXCHANGE: one.origin.exchange, KEY: one.origin.key}
        return GoesOn("", queue, {name: text for name, text in published.items() if text is not None}, body=body)

    def _to_exchange(self, one: DeadMessage, body: bytes | None) -> GoesOn | Kept:
        if one.origin.exchange is None or one.origin.key is None:
            return Kept("unknown", "nothing in it tells where it was published: replay it to a queue")
        message = published_again(one, self.routes, body)
        marks = {"BCC": list(keys)} if isinstance(keys := message.headers.get("BCC"), (list, tuple)) else {}
        return GoesOn(message.exchange, message.key, marks, body=body)

    def _marks(self, one: DeadMessage) -> dict[str, object]:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {REPLAYS: one.replays + 1, REPLAYED_BY: self.by, REPLAYED_AT: now}


def moving(one: DeadMessage, exchange: str, key: str | None) -> GoesOn:
    """Return the way of a dead letter that is only put elsewhere: it keeps all that it tells of itself.

    The keys of CC would bring copies elsewhere as well, so they stand in a header of ours then.
    """
    copies = one.visited.delivery.headers.get("CC")
    kept = {COPIES: [each for each in copies if isinstance(each, str)]} if isinstance(copies, list) else {}
    return GoesOn(exchange, one.visited.delivery.key if key is None else key, kept, ("CC", "BCC"))
