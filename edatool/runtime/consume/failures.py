"""What a handler raises to say what is to become of an event; any other exception is a failure to be tried again."""


class Retry(Exception):
    """The event cannot be handled now: it is tried again, as often as the queue's retries allow.

    ``after`` are seconds: of the waits that the queue declares, the shortest that is no shorter is taken.
    """

    def __init__(self, after: float | None = None) -> None:
        self.after = after
        super().__init__("it asked for another try")


class Reject(Exception):
    """The event can never be handled: it goes to the dead letters at once, for ``reason``, a sentence."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Drop(Exception):
    """The event is of no use: it is acknowledged, and counted."""


class NotMatched(Drop):
    """The event does not match a filter: it is acknowledged, and counted by itself."""


class TooLate(Exception):
    """The event was not handled by its deadline."""


class Poison(Exception):
    """No handler can take a message, now or later: it is no such event, or breaks its contract."""


class NotProcessed(Exception):
    """Nobody looked at the event: it goes back to its queue as it was."""
