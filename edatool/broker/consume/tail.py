"""Messages seen as they come, by a queue of our own that is bound beside the others, or from a stream."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from edatool.broker.address import Address
from edatool.broker.consume.ending import Ending
from edatool.broker.consume.in_hand import InHand
from edatool.broker.consume.pump import Pump
from edatool.broker.consume.visit.visited import Visited, visited
from edatool.errors import BrokerRefused
from edatool.frozen import frozen
from edatool.routing.topology import Binding

PREFETCH = 500
MOST_WAITING = 10_000
"""Messages that our own queue holds at most; it drops the oldest where we are slower than what comes."""


@frozen
class TemporaryQueue:
    """By a temporary queue with bindings of these, whose own destinations do not matter."""

    bindings: Sequence[Binding]


@frozen
class FromStream:
    """From a stream, from an offset on: a number, or ``first``, ``last``, ``next``."""

    queue: str
    offset: int | str


@dataclass(slots=True)
class Tail:
    """Has messages seen until it is asked to stop, or ``take`` says that it has enough."""

    address: Address
    vhost: str
    source: TemporaryQueue | FromStream
    take: Callable[[Visited], bool]
    """Is told each message, and says whether it wants more."""
    begun: Callable[[], None]
    """Is called once messages come."""
    is_asked_to_stop: Callable[[], bool]
    _pump: Pump = field(init=False)
    _in_hand: InHand[bool] = field(init=False)
    _ending: Ending = field(init=False)
    _consuming: bool = False

    def __post_init__(self) -> None:
        """Put the parts together."""
        self._pump = Pump(self.address, self.vhost)
        self._in_hand = InHand[bool](self._pump)
        self._ending = Ending(self._pump, self._in_hand, ())

    def run(self) -> None:
        """See messages until the end.

        Raises:
            BrokerRefused: no such stream or exchange, missing permissions, or it was deleted.
            BrokerUnreachable: no connection, or it was lost.
        """
        self._pump.run(self._opened, self._do_what_is_due)

    def _opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self._closed)
        channel.add_on_cancel_callback(lambda _: self._pump.fail(BrokerRefused("what was read was deleted")))
        channel.basic_qos(prefetch_count=PREFETCH)
        if isinstance(self.source, FromStream):
            self._consume(self.source.queue, self.source.offset)
        else:
            arguments = {"x-max-length": MOST_WAITING}
            channel.queue_declare("", exclusive=True, arguments=arguments, callback=self._declared)

    def _declared(self, frame: Any) -> None:
        assert isinstance(self.source, TemporaryQueue)
        queue = frame.method.queue
        for one in self.source.bindings:
            self._pump.channel.queue_bind(queue, one.source, one.key, arguments=dict(one.arguments))
        self._consume(queue, None)

    def _consume(self, queue: str, offset: int | str | None) -> None:
        def consumed() -> None:
            self._consuming = True
            self.begun()

        self._pump.consume(queue, self._delivered, consumed, offset=offset)

    def _delivered(self, _: Any, method: Any, properties: Any, body: bytes) -> None:
        if self._pump.ending:
            return
        self._in_hand.add(method.delivery_tag, True)  # noqa: FBT003 - there is no more to know of it
        self._in_hand.done(method.delivery_tag)
        self._in_hand.acknowledge_soon(then=self._ending.go_on)
        if not self.take(visited(method, properties, body)):
            self._ending.begin()

    def _do_what_is_due(self) -> None:
        now, pump = time.monotonic(), self._pump
        if self._consuming and not pump.ending:
            pump.patience.heard = now
        if pump.patience.is_over(now):
            pump.give_in()
        elif self.is_asked_to_stop():
            self._ending.begin()

    def _closed(self, _: Any, error: Any) -> None:
        if self._pump.is_open and not self._pump.ending and not self._pump.error:
            self._pump.fail(BrokerRefused(f"messages cannot be seen: {getattr(error, 'reply_text', error)}"))
