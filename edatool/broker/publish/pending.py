"""A message on its way: until its outcome is known."""

import threading
from collections.abc import Callable
from contextlib import suppress

from edatool.broker.message import AmqpMessage, Sent
from edatool.errors import EdatoolError


class Pending:
    """One message that was accepted for sending, and its outcome as soon as there is one.

    ``outcome`` is None before. ``error`` is set with ``outcome`` ``unknown`` where the message was never written
    to a connection, and says why: it cannot have arrived. ``resent`` counts how often it was sent again. ``doubtful``
    is one that may have arrived when it was sent before; ``blamed`` one over which the connection ended. ``on_done`` is
    called with this, once, in the thread that learned the outcome: it must be quick, and not wait.
    """

    __slots__ = (
        "_waiter",
        "blamed",
        "deadline",
        "doubtful",
        "error",
        "head",
        "message",
        "on_done",
        "outcome",
        "reason",
        "resent",
    )

    def __init__(
        self,
        message: AmqpMessage,
        head: bytes = b"",
        deadline: float = 0.0,
        on_done: "Callable[[Pending], None] | None" = None,
    ) -> None:
        self.message, self.head, self.deadline, self.on_done = message, head, deadline, on_done
        self.doubtful = self.blamed = False
        self.resent = 0
        self.outcome: Sent | None = None
        self.reason = ""
        self.error: EdatoolError | None = None
        self._waiter: threading.Lock | None = None

    def settle(self, outcome: Sent, reason: str = "", error: EdatoolError | None = None) -> None:
        """Set the outcome; called once."""
        self.reason, self.error = reason, error
        self.outcome = outcome
        waiter = self._waiter
        if waiter is not None:
            with suppress(RuntimeError):  # both sides saw each other, and the waiter freed itself
                waiter.release()
        if self.on_done is not None:
            self.on_done(self)

    def settle_untaken(self, reason: str, outcome: Sent = "nacked") -> None:
        """Set the outcome of a message that the broker does not take, or leads nowhere, but may have taken before."""
        self.settle("unknown" if self.doubtful else outcome, reason)

    def wait(self) -> None:
        """Wait until there is an outcome; for one thread."""
        if self.outcome is not None:
            return
        # A bare lock: the events and conditions of the standard library take several times as long.
        waiter = self._waiter = threading.Lock()
        waiter.acquire()
        # Looked at again, as settle may not have seen the waiter.
        if self.outcome is None:
            waiter.acquire()
