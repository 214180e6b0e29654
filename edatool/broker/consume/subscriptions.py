"""What a consumer reads: any number of queues, each for itself; one that is not there any more is waited for."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pika import exceptions

from edatool.broker.consume.fullness import FIRST_PAUSE, LONGEST_PAUSE
from edatool.broker.consume.pump import Delivered, Pump
from edatool.frozen import frozen


@frozen
class Subscription:
    """A queue, and how many of its messages may be in hand at once."""

    queue: str
    prefetch: int


@dataclass(slots=True)
class Subscriptions:
    """Have messages ``delivered``, once all that is needed is there: queues, and exchanges to send on to.

    ``lost`` is told of a queue that went away, and why, and ``back`` when it is there again.
    """

    _pump: Pump
    _all: Sequence[Subscription]
    _needed: Sequence[tuple[str, str]]
    """Kinds, ``queue`` or ``exchange``, and names."""
    _delivered: Delivered
    _lost: Callable[[str, str], None]
    _back: Callable[[str], None]
    begun: bool = False
    """Whether the broker has let it consume."""
    queues: dict[str, str] = field(default_factory=dict)
    """By the tags of consumers."""
    _gone: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Ask for everything, and consume; what is not there closes the channel."""
        self._ask_for(self._needed)
        for one in self._all:
            self._consume(one, self._has_begun if one is self._all[-1] else lambda: None)

    def begin_again(self) -> None:
        """Do the same where all of it was there once: no queue waits for another that has gone since."""
        own = [("queue", one.queue) for one in self._all]
        self._ask_for([one for one in self._needed if one not in own])
        for one in self._all:
            self._look(one, FIRST_PAUSE)

    def _ask_for(self, needed: Sequence[tuple[str, str]]) -> None:
        channel = self._pump.channel
        channel.add_on_cancel_callback(self._cancelled)
        for kind, name in needed:
            declare = channel.queue_declare if kind == "queue" else channel.exchange_declare
            declare(name, passive=True)

    def _consume(self, one: Subscription, then: Callable[[], None]) -> None:
        # The count holds for each consumer that begins after it, by itself.
        self._pump.channel.basic_qos(prefetch_count=one.prefetch)
        # RabbitMQ 4.3 cancels a consumer for an event that takes too long, and does not forget its tag.
        tag = one.queue if one.queue not in self.queues else secrets.token_hex(8)
        self.queues[tag] = one.queue
        self._pump.consume(one.queue, self._delivered, then, tag=tag)

    def _has_begun(self) -> None:
        self._pump.patience.hear()
        self.begun = True

    def _cancelled(self, frame: Any) -> None:
        queue = self.queues[frame.method.consumer_tag]
        self._miss(queue, "it was deleted, its node went down, or an event took longer than consumer_timeout")
        (one,) = [one for one in self._all if one.queue == queue]
        self._look_later(one, FIRST_PAUSE)

    def _miss(self, queue: str, why: str) -> None:
        if queue not in self._gone:
            self._gone.add(queue)
            self._lost(queue, why)

    def _look_later(self, one: Subscription, pause: float) -> None:
        self._pump.call_later(pause, partial(self._look, one, min(2 * pause, LONGEST_PAUSE)))

    def _look(self, one: Subscription, next_pause: float) -> None:
        """Look on a channel of its own whether a queue is there: the broker closes it where there is none."""
        if self._pump.ending or not self._pump.has_channel:
            return

        def closed(_: Any, error: BaseException) -> None:
            if isinstance(error, exceptions.ChannelClosedByBroker):
                self._has_begun()
                self._miss(one.queue, error.reply_text)
                self._look_later(one, next_pause)

        def opened(channel: Any) -> None:
            channel.add_on_close_callback(closed)
            channel.queue_declare(one.queue, passive=True, callback=lambda _: self._consume_again(one, channel))

        self._pump.open_channel(opened)

    def _consume_again(self, one: Subscription, channel: Any) -> None:
        channel.close()
        if not self._pump.ending and self._pump.has_channel:
            self._consume(one, partial(self._found, one.queue))

    def _found(self, queue: str) -> None:
        self._has_begun()
        if queue in self._gone:
            self._gone.discard(queue)
            self._back(queue)
