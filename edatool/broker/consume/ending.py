"""The end in peace: nothing more is consumed, what is on its way is confirmed, and all else stays in the queue."""

from dataclasses import dataclass

from edatool.broker.consume.connection import PassingConnection
from edatool.broker.consume.copies import Copies
from edatool.broker.consume.in_hand import InHand
from edatool.errors import EdatoolError


@dataclass(slots=True)
class Ending:
    """Closes the connection once nothing is owed on either side."""

    _connection: PassingConnection
    _in_hand: InHand
    _copies: Copies

    def begin(self, error: EdatoolError | None = None) -> None:
        """Consume no more, for an error or because all is done."""
        self._connection.error = error or self._connection.error
        # pika cannot be told to close while it is opening: then it is closed once it is ready.
        if self._connection.ending or not self._connection.has_channel:
            return
        self._connection.ending = True
        self._connection.patience.end_soon()
        channel = self._connection.channel
        for tag in channel.consumer_tags:
            channel.basic_cancel(tag, callback=lambda _: self.go_on())
        if not channel.consumer_tags:
            self.go_on()

    def go_on(self) -> None:
        """End where that was begun and nothing is left to do."""
        if not self._connection.ending or self._copies or self._in_hand.acknowledging:
            return
        if self._connection.is_open:
            if self._connection.has_channel:
                self._in_hand.acknowledge_one_by_one()
                # What the broker does not take stays in the queue.
                self._in_hand.give_back()
            self._connection.close()
