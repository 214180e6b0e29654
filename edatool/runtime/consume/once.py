"""Each event handled once: claimed in an inbox before its handler is called, and settled there after it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from edatool.broker.consume.delivery import Onward, Verdict
from edatool.errors import InboxError
from edatool.runtime.consume.claim_watch import ClaimWatch
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Poison
from edatool.runtime.consume.identity import identity_of
from edatool.runtime.consume.later import Later
from edatool.runtime.consume.outcomes import Handled, handled_by
from edatool.runtime.dead_letters.headers import REASON, REPLAYS
from edatool.runtime.inbox.claims import Answer, Busy, Claimed, Dead, Done
from edatool.runtime.inbox.inbox import Inbox
from edatool.spec.consuming import Identity

LEASE = 60.0
"""Seconds after which others take over a claim that they have not seen renewed; a consumer that lives does that."""
PAUSE = 1.0
"""Seconds until an event that somebody else has claimed is looked at again."""

Repeated = Literal["repeated"]
"""The event was handled before."""


@dataclass(slots=True)
class Once:
    """What a consumer goes by where it has an inbox. For any number of threads."""

    inbox: Inbox
    identity: Identity
    unidentified: Literal["refuse", "handle"]
    tell: Callable[[str], None]
    lease: float = LEASE
    _held: dict[Claimed, None] = field(default_factory=dict)
    _watch: ClaimWatch = field(default_factory=ClaimWatch)
    _away: bool = False

    def claim(self, event: ConsumedEvent, consumer: str) -> Claimed | Handled | Later | Repeated | None:
        """Return the claim under which an event may be handled, or what becomes of it without that.

        None: nothing identifies it, and so it is handled as often as it comes.
        """
        key = identity_of(event, self.identity)
        if key is None:
            return None if self.unidentified == "handle" else handled_by(Poison(self._unidentified()))
        try:
            answer = self._claim(consumer, key, replayed=REPLAYS in event.headers)
        except InboxError as error:
            return self._not_now(error)
        self._away = False
        match answer:
            case Claimed():
                self._held[answer] = None
                return answer
            case Busy():
                return Later(PAUSE)
            case Done():
                return "repeated"
            case Dead():
                return Handled("dead", "it was given up before, and nobody has replayed it since")

    def settle(self, claim: Claimed, found: Verdict | Later) -> Later | None:
        """Record what becomes of a claimed event; where the claim was lost, it is to be looked at again."""
        self._held.pop(claim, None)
        settle = self.inbox.complete if found == "done" else self.inbox.bury if _is_dead(found) else self.inbox.fail
        try:
            return None if settle(claim) else Later(PAUSE)
        except InboxError as error:
            return self._not_now(error)

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Renew the leases of what is being handled, meanwhile; then close the inbox."""
        ended = threading.Event()
        thread = threading.Thread(target=self._renew, args=(ended,), daemon=True, name="edatool-leases")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.inbox.close()

    def _renew(self, ended: threading.Event) -> None:
        while not ended.wait(self.lease / 3):
            try:
                self.inbox.renew(list(self._held), self.lease)
            except InboxError as error:
                self._not_now(error)

    def _claim(self, consumer: str, key: str, *, replayed: bool) -> Answer:
        event = (consumer, key)
        answer = self.inbox.claim(*event, self.lease, self._watch.abandoned(event, self.lease))
        if isinstance(answer, Dead) and replayed:
            self.inbox.reopen(*event)
            answer = self.inbox.claim(*event, self.lease)
        if not isinstance(answer, Busy):
            self._watch.forget(event)
        elif answer.held:
            self._watch.note(event, answer.held)
        return answer

    def _not_now(self, error: InboxError) -> Later:
        if not self._away:
            self._away = True
            self.tell(f"{error}: events wait until it is there again")
        return Later(PAUSE)

    def _unidentified(self) -> str:
        match self.identity.kind:
            case "message_id":
                return "it has no message id, by which the inbox would know it again"
            case "header":
                return f"it has no header {self.identity.header!r}, by which the inbox would know it again"
            case "payload":
                return f"its payload has no {self.identity.field}, by which the inbox would know it again"


def _is_dead(found: Verdict | Later) -> bool:
    return isinstance(found, Onward) and REASON in found.headers
