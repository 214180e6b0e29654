"""The end in peace: nothing more is consumed, what is on its way is confirmed, and all else stays in the queue."""

from collections.abc import Sized
from dataclasses import dataclass
from typing import Any

from edatool.broker.consume.in_hand import InHand
from edatool.broker.consume.pump import Pump
from edatool.errors import EdatoolError


@dataclass(slots=True)
class Ending:
    """Closes the connection once nothing is owed on either side."""

    _pump: Pump
    _in_hand: InHand[Any]
    _on_their_way: Sized
    """What was sent, and is not confirmed."""
    in_order: bool = False
    """Whether all that is left goes back at once, with the channel.

    A queue with a single active consumer gives later messages to the next one as soon as this one consumes no more.
    """
    _cancelled: bool = False

    def begin(self, error: EdatoolError | None = None) -> None:
        """Consume no more, for an error or because all is done."""
        self._pump.error = error or self._pump.error
        # pika cannot be told to close while it is opening: then it is closed once it is ready.
        if self._pump.ending or not self._pump.has_channel:
            return
        self._pump.ending = True
        self._pump.patience.end_soon()
        if self.in_order:
            self._go_on_alone()
        else:
            self._pump.cancel(then=self._go_on_alone)

    def go_on(self) -> None:
        """End where that was begun and nothing is left to do."""
        if not self._cancelled or self._on_their_way or self._in_hand.acknowledging:
            return
        if self._pump.is_open:
            if self._pump.has_channel:
                self._in_hand.settle()
            self._pump.close()

    def _go_on_alone(self) -> None:
        self._cancelled = True
        self.go_on()
