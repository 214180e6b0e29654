"""Messages that were delivered and are not acknowledged: each is in hand until the broker confirmed all its copies."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from typing import Any, Generic, TypeVar

from edatool.broker.consume.delivery import Delivery, Onward
from edatool.broker.consume.pump import Pump


@dataclass(slots=True)
class Received:
    """A message, and its ways: which it went, and how many it is still to go."""

    delivery: Delivery
    properties: Any
    since: float
    open: int
    gone: list[Onward] = field(default_factory=list)


T = TypeVar("T")


@dataclass(slots=True)
class InHand(Generic[T]):
    """The messages, with what is known of each, and their acknowledgements."""

    _pump: Pump
    left_to_close: bool = False
    """Whether what is not done at the end is left to the closing channel, instead of given back before."""
    acknowledging: bool = False
    """Whether ``acknowledge_soon`` is still to come to it."""
    _by_tag: dict[int, T | None] = field(default_factory=dict)
    """By delivery tag, in order: None for those that are done."""

    def __len__(self) -> int:
        return len(self._by_tag)

    def __contains__(self, tag: int) -> bool:
        return tag in self._by_tag

    def add(self, tag: int, received: T) -> None:
        """Add a message, in place of one with the same delivery tag."""
        self._by_tag[tag] = received

    def get(self, tag: int) -> T | None:
        """Return a message; None where it is done, or was rejected."""
        return self._by_tag.get(tag)

    def among(self, tags: Collection[int]) -> list[T]:
        """Return the messages with these delivery tags that are not done."""
        return [one for tag, one in self._by_tag.items() if one is not None and tag in tags]

    def done(self, tag: int) -> None:
        """Have a message acknowledged when its turn comes."""
        self._by_tag[tag] = None

    def reject(self, tag: int) -> None:
        """Have the queue's own dead-lettering put a message aside."""
        self._by_tag.pop(tag, None)
        self._pump.channel.basic_reject(tag, requeue=False)

    def fail(self, tag: int) -> None:
        """Put a message back into the queue, as one that failed: a quorum queue counts that, of all versions."""
        self._by_tag.pop(tag, None)
        self._pump.channel.basic_reject(tag, requeue=True)

    def put_back(self, tag: int) -> None:
        """Put a message back into the queue, as one that was not looked at."""
        self._by_tag.pop(tag, None)
        self._pump.channel.basic_nack(tag, requeue=True)

    def put_all_back(self) -> None:
        """Put all that came back into the queue, at once, as what was not looked at."""
        self._by_tag.clear()
        self._pump.channel.basic_nack(0, multiple=True, requeue=True)

    def acknowledge_soon(self, then: Callable[[], None]) -> None:
        """Acknowledge what is done, all that came in one go with one frame; and call ``then``."""
        if not self.acknowledging:
            self.acknowledging = True
            self._pump.call_next(lambda: self._acknowledge(then))

    def _acknowledge(self, then: Callable[[], None]) -> None:
        self.acknowledging = False
        done = list(takewhile(lambda tag: self._by_tag[tag] is None, self._by_tag))
        if done and self._pump.channel.is_open:
            self._pump.channel.basic_ack(done[-1], multiple=True)
        for tag in done:
            del self._by_tag[tag]
        then()

    def acknowledge_one_by_one(self) -> None:
        """Acknowledge what is done behind a message that takes its time."""
        for tag in [tag for tag, one in self._by_tag.items() if one is None]:
            self._pump.channel.basic_ack(tag)
            del self._by_tag[tag]

    def settle(self) -> None:
        """Acknowledge what is done, and leave in the queue what is not.

        With one frame for each run of the same: what a channel has told a quorum queue in many, the queue may not have
        got when the channel closes, as RabbitMQ holds commands back while 32 of them are open.
        """
        channel = self._pump.channel
        if self.left_to_close:
            self.acknowledge_one_by_one()
            return
        for is_done, run in groupby(self._by_tag, lambda tag: self._by_tag[tag] is None):
            *_, last = run
            # Given back by a nack, it does not count as failed (RabbitMQ 4.3).
            (channel.basic_ack if is_done else channel.basic_nack)(last, multiple=True)
        self._by_tag.clear()
        channel.basic_nack(0, multiple=True)  # what was delivered since nothing more is taken
