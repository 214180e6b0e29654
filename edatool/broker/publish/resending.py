"""What is sent again when a channel or connection has ended: carefully, so that the message to blame is found."""

import sys

from edatool.broker.publish import blame
from edatool.broker.publish.buffer import Buffer
from edatool.broker.publish.flight import Flight
from edatool.broker.publish.pending import Pending
from edatool.errors import BrokerError

ALONE = 5
"""How often in a row a connection may be lost over one message that is alone on its way."""
_UNREAD = {501, 502, 503, 505, 540}
"""Codes for which a connection is closed over frames that could not be read, so that no message came of them."""


class Resending:
    """Puts what was on its way back into the buffer, for careful flights; called in the thread of the connection.

    A message that may have arrived is sent again ``retries`` times at most.
    """

    def __init__(self, buffer: Buffer, flight: Flight, retries: int) -> None:
        self._buffer, self._flight, self._retries = buffer, flight, retries

    def refused(self, reason: str) -> bool:
        """The broker closed the channel because of a message; return whether it is known which one."""
        taken, suspects, behind = self._flight.window.left_when_refused()
        count, blamed = blame.split(suspects, reason)
        self._flight.largest = blame.largest_body(reason) or self._flight.largest
        self._send_again(
            [*taken, *suspects[:count]],
            [*suspects[count:], *behind],
            f"the channel was closed before the confirm: {reason}",
        )
        # Those that wait to go there would be refused as well.
        refused = self._buffer.take(lambda one: one is blamed or blame.means(reason, one.message))
        for pending in refused:
            pending.doubtful = pending.doubtful and blame.may_change(reason)
            pending.settle_untaken(reason)
        self._buffer.forget(refused)
        return bool(refused)

    def lost(self, error: BrokerError, code: int) -> None:
        """The connection was lost; with the code for which the broker closed it, or 0."""
        flight = self._flight
        flight.largest = sys.maxsize
        left = flight.window.left()
        reason = f"the connection was lost before the confirm: {error}"
        flight.lost_alone = flight.lost_alone + 1 if len(left) == 1 else 0
        if len(left) == 1 and (code in _UNREAD or flight.lost_alone >= ALONE):
            self._blame(left.pop(), reason, doubtful=code not in _UNREAD)
        self._send_again(left, [], reason)

    def _blame(self, pending: Pending, reason: str, *, doubtful: bool) -> None:
        """Give up a message over which the connection ended, as nothing else was on its way."""
        self._flight.lost_alone = 0
        pending.doubtful, pending.blamed = doubtful, True
        pending.settle_untaken(reason)
        self._buffer.forget([pending])

    def _send_again(self, doubtful: list[Pending], untouched: list[Pending], reason: str) -> None:
        """Put messages back in front of those that wait, to be sent carefully; what may not be is unknown."""
        self._flight.start_carefully()
        again, over = [], []
        for pending in doubtful:
            pending.doubtful = True
            if pending.resent < self._retries:
                pending.resent += 1
                again.append(pending)
            else:
                pending.settle("unknown", reason)
                over.append(pending)
        self._buffer.forget(over)
        self._buffer.waiting.extendleft(reversed([*again, *untouched]))
