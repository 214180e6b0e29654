"""The memory of a consumer: which events it has handled, gives up, or is handling now."""

import hashlib
import os
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from edatool.errors import InboxError, WrongUsage
from edatool.runtime.inbox.claims import Answer, Claimed, ClaimRequest, Held, InboxCount, InboxStore, Settled

LONGEST_ID = 255


class Inbox:
    """Claims events before they are handled, so that none is handled twice; for any thread.

    What threads ask meanwhile is written together: they share one wait for the disk or the network. Each call returns
    when what it says is as durable as the store is. After ``fork`` each process opens its own.

    All methods raise InboxError where the store cannot be used (of which nobody knows then whether it has done what it
    was asked), InboxFull where there is no room in it, and WrongUsage after a ``fork``.
    """

    def __init__(self, store: InboxStore) -> None:
        self._store = store
        self._alone = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: list[_Asked] = []
        self._led = False
        self._pid = os.getpid()

    def claim(self, consumer: str, message_id: str, lease: float, abandoned: Held | None = None) -> Answer:
        """Claim an event for ``lease`` seconds, within which the claim has to be renewed.

        What somebody else has claimed is taken over where that claim still is the one that was seen a lease or more
        ago, ``abandoned``: by the clock of who waits, since the clock of the store may be set forward or back.
        """
        answer: Answer = self._ask(ClaimRequest(consumer, stored_id(message_id), lease, abandoned))
        return answer

    def complete(self, claim: Claimed) -> bool:
        """Record that an event was handled; return False where the claim was lost to another consumer."""
        return bool(self._ask(Settled(claim, "done")))

    def fail(self, claim: Claimed) -> bool:
        """Let an event be claimed again at once; return False where the claim was lost to another consumer."""
        return bool(self._ask(Settled(claim, "failed")))

    def bury(self, claim: Claimed) -> bool:
        """Record that an event is given up; return False where the claim was lost to another consumer."""
        return bool(self._ask(Settled(claim, "dead")))

    def renew(self, claims: Sequence[Claimed], lease: float) -> None:
        """Let claims that still hold go on for ``lease`` seconds from now."""
        self._require_own_process()
        with self._alone:
            self._store.renew(claims, lease)

    def reopen(self, consumer: str, message_id: str) -> bool:
        """Let an event that was given up be claimed again, as a replay needs; return whether it was given up."""
        self._require_own_process()
        with self._alone:
            return self._store.reopen(consumer, stored_id(message_id))

    def count(self) -> Sequence[InboxCount]:
        """Return how many events are in which state, by consumer and state."""
        self._require_own_process()
        with self._alone:
            return self._store.count()

    def purge(self, older_than: float, consumer: str | None = None) -> int:
        """Forget events that a consumer, or any, has last claimed more than so many seconds ago; return how many.

        Those that are claimed now are kept.
        """
        self._require_own_process()
        with self._alone:
            return self._store.purge(older_than, consumer)

    def close(self) -> None:
        """End the connection to the store."""
        with self._alone:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, operation: ClaimRequest | Settled) -> Any:
        self._require_own_process()
        asked = _Asked(operation)
        with self._lock:
            self._waiting.append(asked)
            leads, self._led = not self._led, True
        if not leads:
            # Also who is told to lead before it waits has to take what wakes it, which is released once more then.
            asked.woken.acquire()
            leads = asked.leads
        if leads:
            self._lead()
        if asked.error:
            raise type(asked.error)(str(asked.error)) from None
        return asked.answer

    def _require_own_process(self) -> None:
        if self._pid != os.getpid():
            raise WrongUsage("this inbox was opened before the process forked: open one in each process")

    def _lead(self) -> None:
        """Do what all have asked by now, and leave what is asked meanwhile to one of those who ask it."""
        with self._lock:
            batch, self._waiting = self._waiting, []
        try:
            self._apply(batch)
        finally:
            with self._lock:
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].leads = True
                    self._waiting[0].woken.release()
            for one in batch:
                one.woken.release()

    def _apply(self, batch: Sequence["_Asked"]) -> None:
        settled = [one for one in batch if isinstance(one.operation, Settled)]
        wanted = [one for one in batch if isinstance(one.operation, ClaimRequest)]
        try:
            with self._alone:
                held, answers = self._store.apply([one.operation for one in settled], [one.operation for one in wanted])
        except BaseException as error:
            # Also after Ctrl-C: nobody may take silence for an answer.
            failure = error if isinstance(error, InboxError) else InboxError("the inbox was interrupted: ask again")
            for one in batch:
                one.error = failure
            # What is next begins with a new connection.
            self.close()
            if failure is not error:
                raise
        else:
            for one, answer in zip([*settled, *wanted], [*held, *answers], strict=True):
                one.answer = answer


class _Asked:
    """What a thread has asked, and waits for: its answer or its error, or that it leads."""

    __slots__ = ("answer", "error", "leads", "operation", "woken")

    def __init__(self, operation: ClaimRequest | Settled) -> None:
        self.operation: Any = operation
        self.answer: object = None
        self.error: InboxError | None = None
        self.leads = False
        self.woken = threading.Lock()
        self.woken.acquire()


def stored_id(message_id: str) -> str:
    """Return what an inbox stores of an id: itself, or its SHA-256 where a database may not take or find it."""
    if len(message_id) <= LONGEST_ID and message_id.isprintable():
        return message_id
    return "sha256:" + hashlib.sha256(message_id.encode(errors="surrogatepass")).hexdigest()
