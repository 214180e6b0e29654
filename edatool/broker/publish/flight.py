"""The messages that are on their way over one channel, and how many more may be written before they are confirmed."""

import sys

from edatool.broker.publish import frames
from edatool.broker.publish.buffer import Buffer
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.window import Window

NACKED = "the broker did not take it: a queue is full, or cannot store it"


class Flight:
    """What is in ``window``; all of this is called in the thread of the connection.

    A careful flight is of one message, and the next one of twice as many, until one was as large as the buffer.
    ``largest``: the bytes of a body that the broker takes, as far as it has said so. ``lost_alone``: how often in a row
    a connection was lost over one message that was alone on its way.
    """

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self.window = Window()
        self.largest = sys.maxsize
        self.lost_alone = 0
        self._proven: set[str] = set()
        # How many may be in a careful flight, 0 where there is no need; and how many more of them may be written.
        self._most = self._left = 0

    def start_anew(self) -> None:
        """Forget what was on its way: there is another channel."""
        self.window = Window()
        self._proven.clear()

    def start_carefully(self) -> None:
        """Do the same, and send one message next."""
        self.start_anew()
        self._most = self._left = 1

    def landed(self) -> None:
        """Note that all of it has an outcome, so that more may follow."""
        if self._most:
            self._most = self._left = self._most * 2 if self._most < self._buffer.limit else 0

    def collect(self, frame_max: int) -> tuple[list[bytes], list[tuple[Pending, str]]]:
        """Take what may be sent now from what waits; return its frames, and what the broker would refuse, and why."""
        pieces: list[bytes] = []
        unfit: list[tuple[Pending, str]] = []
        window, waiting, proven = self.window, self._buffer.waiting, self._proven
        largest, careful = self.largest, self._most > 0
        while waiting and (not careful or self._left):
            pending = waiting.popleft()
            head, exchange, body = pending.head, pending.message.exchange, pending.message.body
            if (len(head) > frame_max and frames.largest_frame(head) > frame_max) or len(body) > largest:
                unfit.append((pending, self._why_unfit(pending, frame_max)))
                continue
            # Between barriers, one that is refused is known. The price is too high for those to a place that is proven.
            marked = careful or exchange not in proven
            if marked and not window.ends_with_barrier:
                window.barrier(None)
                pieces.append(frames.BARRIER)
            window.add(pending)
            pieces.append(head)
            pieces += frames.body(body, frame_max)
            if marked:
                window.barrier(exchange)
                pieces.append(frames.BARRIER)
            if careful:
                self._left -= 1
        return pieces, unfit

    def passed(self) -> None:
        """Note that the broker has looked at all up to a barrier: it takes messages for the exchange before it."""
        exchange = self.window.passed()
        if exchange is not None:
            self._proven.add(exchange)

    def confirmed(self, tag: int, *, multiple: bool, taken: bool) -> None:
        """Settle the message with a tag, or all up to it, which the broker has ``taken`` or not."""
        settled = self.window.confirmed(tag, multiple=multiple)
        for pending, returned in settled:
            if not taken:
                pending.settle_untaken(NACKED)
            elif returned is None:
                pending.settle("confirmed")
            else:
                pending.settle_untaken(returned, "unroutable")
        self._buffer.forget([pending for pending, _ in settled])
        if taken:
            self.lost_alone = 0

    def _why_unfit(self, pending: Pending, frame_max: int) -> str:
        size = frames.largest_frame(pending.head)
        if size > frame_max:
            return f"its headers take a frame of {size} bytes, and the broker takes {frame_max}"
        return f"it has {len(pending.message.body)} bytes, and the broker takes {self.largest}"
