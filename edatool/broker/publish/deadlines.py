"""What is over in time: messages without an outcome, and a channel that confirms nothing."""

from edatool.broker.publish.buffer import Buffer
from edatool.broker.publish.flight import Flight
from edatool.broker.publish.link import PublishingLink

STALE = 5.0
"""Seconds after which a channel that confirms nothing, but gives other answers or none in time, is given up."""
_LATE = "the broker did not confirm it in time"


class Deadlines:
    """Settles what is overdue, and knows whether the ``channel_is_stale``; called in the thread of the connection."""

    def __init__(self, buffer: Buffer, flight: Flight, link: PublishingLink) -> None:
        self._buffer, self._flight, self._link = buffer, flight, link
        self.channel_is_stale = False
        self._confirmed_at = 0.0

    def settle_written(self, now: float) -> bool:
        """Settle what is overdue of that which is on its way; return whether there was any."""
        over = self._flight.window.overdue(now)
        for pending in over:
            pending.settle("unknown", _LATE)
        self._buffer.forget(over)
        if over:
            self.doubt_channel(now)
        return bool(over)

    def settle_waiting(self, now: float) -> None:
        """Settle what is overdue of that which waits to be sent."""
        if any(pending.deadline < now for pending in tuple(self._buffer.waiting)):
            self._buffer.settle_waiting(self._link.why_unsent(), now)

    def trust_channel(self, now: float) -> None:
        """Note that the channel is new, or confirms."""
        self._confirmed_at = now

    def doubt_channel(self, now: float) -> None:
        """Open another one where this does not confirm: RabbitMQ 3.10 may nack all on it after a node has died."""
        late = now - self._confirmed_at > STALE
        self.channel_is_stale = self.channel_is_stale or (late and not self._link.blocked)

    def renew_channel(self) -> None:
        """Give a stale channel up, once nothing is on its way."""
        self.channel_is_stale = False
        self._flight.start_anew()
        self._link.renew()
