"""The messages of a queue visited one by one: each stays in its place, or goes once its copy is confirmed.

What stays is in hand until the end, and is then given back as it came, after the consumer is cancelled: by one
``basic.nack``, or by the end of the channel where a quorum queue would put it into another order (``left_to_close``).
A classic queue marks it as redelivered. A quorum queue counts a delivery up to RabbitMQ 4.2 (measured on 3.10.8, 4.0.5
and 4.3.6), and would give it up where that is one too many: such a message is sent to the end of its queue instead, as
if it were new. The order is lost where more than 32 consumers have messages in hand.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from edatool.broker.address import Address
from edatool.broker.consume.ending import Ending
from edatool.broker.consume.in_hand import InHand
from edatool.broker.consume.pump import Pump
from edatool.broker.consume.visit.refusal import Refusal, refusal
from edatool.broker.consume.visit.unmarked import SentCopy, UnmarkedCopies
from edatool.broker.consume.visit.visited import Fate, GoesOn, Visited, VisitOutcome, visited
from edatool.errors import BrokerRefused, EdatoolError
from edatool.routing.topology import Queue
from edatool.silent import silent

WINDOW = 500
"""Messages that a consumer has in hand at once: the most that are there twice after this program was killed."""
_MOST_IN_HAND = 65_535
"""The largest prefetch count (AMQP 0-9-1, basic.qos)."""
QUIET = 0.1
"""Seconds without a delivery after which a consumer is cancelled: RabbitMQ 3.10 ends the connection over a message of
a quorum queue that is on its way to a consumer which is not there any more."""
_TURN = 60
"""Seconds that a message is in hand at most before it goes on, where the rate is limited."""
SILENCE = 1.0
"""Seconds without a delivery after which a queue counts as visited to its end."""


@dataclass(slots=True)
class Visit:
    """Visits at most ``most`` of the messages that wait in a queue when ``run`` begins."""

    address: Address
    vhost: str
    queue: Queue
    decide: Callable[[Visited], Fate]
    """Says what is to become of a message; is called once for each, in the order of the queue."""
    most: int
    on_outcome: Callable[[Visited, VisitOutcome, str], None] = silent
    """Is told what became of each message, with the broker's words."""
    limit: int | None = None
    """The delivery limit of a queue that counts what is given back."""
    left_to_close: bool = False
    """Whether the queue keeps the order only of what it gets back from a channel that closes."""
    offset: int | str = "first"
    """Where a stream is begun."""
    rate: float | None = None
    """How many messages go on in a second at most."""
    secure: Callable[[], None] = silent
    """Is called before messages that are ``gone`` are acknowledged."""
    is_asked_to_stop: Callable[[], bool] = lambda: False
    waiting: int = 0
    """How many messages were there at the beginning; 0 of a stream, which does not tell."""
    visited: int = 0
    _refusal: Refusal | None = None
    _pump: Pump = field(init=False)
    _in_hand: InHand[bool] = field(init=False)
    _ending: Ending = field(init=False)
    _copies: UnmarkedCopies = field(init=False)
    _to_send: deque[tuple[SentCopy, Any]] = field(default_factory=deque)
    """Copies, with the properties of what they are of, that wait for their turn."""
    _gone: list[tuple[int, Visited]] = field(default_factory=list)
    _staying: int = 0
    _consumers: int = 0
    _prefetch: int = 0
    """Of the newest consumer."""
    _room: int = 0
    """Messages that all consumers may have in hand."""
    _acknowledged: int = 0
    _held_back: list[int] = field(default_factory=list)
    """The delivery tags of what is acknowledged at the end only, so that no more comes than is wanted."""
    _finishing: bool = False
    _heard: float = 0.0
    _sent_until: float = 0.0

    def __post_init__(self) -> None:
        """Put the parts together."""
        self._pump = Pump(self.address, self.vhost)
        self._in_hand = InHand[bool](self._pump, self.left_to_close)
        self._copies = UnmarkedCopies(self._pump, self._taken, self._not_taken)
        self._ending = Ending(self._pump, self._in_hand, self._copies)

    def run(self) -> Refusal | None:
        """Visit the messages; return why the broker closed the channel over one of them, None where it did not.

        All is safe to interrupt: what was not confirmed is in the queue again.

        Raises:
            BrokerRefused: no such queue, or missing permissions, or the queue was deleted.
            BrokerUnreachable: no connection, or it was lost.
            EdatoolError: what ``decide`` and ``secure`` raise.
        """
        self._pump.run(self._opened, self._do_what_is_due)
        return self._refusal

    @property
    def _wanted(self) -> int:
        return self.most if self._is_stream else min(self.most, self.waiting)

    @property
    def _is_stream(self) -> bool:
        return self.queue.type == "stream"

    def _opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self._closed)
        channel.add_on_return_callback(self._copies.returned)
        channel.add_on_cancel_callback(lambda _: self._pump.fail(BrokerRefused(f"{self.queue.name} was deleted")))
        channel.confirm_delivery(self._confirmed)
        channel.queue_declare(self.queue.name, passive=True, callback=self._counted)

    def _counted(self, frame: Any) -> None:
        self._heard = self._sent_until = self._pump.patience.hear()
        self.waiting = 0 if self._is_stream else frame.method.message_count
        if not self._wanted:
            self._pump.ending = True
            self._pump.close()
            return
        # What waits for its turn must not wait for longer than RabbitMQ's consumer_timeout, half an hour.
        most = WINDOW if self.rate is None else min(WINDOW, int(self.rate * _TURN) + 1)
        self._consume(min(most, self._wanted))

    def _consume(self, prefetch: int) -> None:
        """Begin with a consumer, beside those whose prefetch count is used up by what stays."""
        self._consumers += 1
        self._prefetch, self._room = prefetch, self._room + prefetch
        offset = self.offset if self._is_stream else None
        self._pump.channel.basic_qos(prefetch_count=prefetch)
        self._pump.consume(self.queue.name, self._delivered, tag=f"visit.{self._consumers}", offset=offset)

    def _delivered(self, _: Any, method: Any, properties: Any, body: bytes) -> None:
        self._heard = self._pump.patience.hear()
        one, tag = visited(method, properties, body), method.delivery_tag
        if self._finishing or self.visited >= self._wanted:
            self._in_hand.add(tag, True)  # noqa: FBT003 - there is no more to know of it
            self._let_stay(tag, properties, one, told=False)
            return
        self.visited += 1
        self._in_hand.add(tag, True)  # noqa: FBT003 - as above
        try:
            self._carry_out(self.decide(one), tag, properties, one)
        except EdatoolError as error:
            self._pump.fail(error)

    def _carry_out(self, verdict: Fate, tag: int, properties: Any, one: Visited) -> None:
        if verdict == "enough":
            self.visited -= 1
            self.most = self.visited
            self._let_stay(tag, properties, one, told=False)
        elif verdict == "stays":
            self._let_stay(tag, properties, one)
        elif verdict == "gone":
            self._gone.append((tag, one))
            if len(self._gone) == 1:
                self._pump.call_next(self._let_go)
        elif self.rate:
            self._to_send.append((SentCopy(tag, one, verdict), properties))
        else:
            self._send(SentCopy(tag, one, verdict), properties)

    def _let_stay(self, tag: int, properties: Any, one: Visited, *, told: bool = True) -> None:
        if self._is_stream:
            self._done(tag)
        elif self.limit is not None and one.deliveries + 1 >= self.limit:
            self._send(SentCopy(tag, one, GoesOn("", self.queue.name, {}), again=True), properties)
            return
        else:
            self._make_room()
        if told:
            self.on_outcome(one, "stays", "")

    def _make_room(self) -> None:
        """Count a message that stays in hand; where all stay that may be in hand, make room for others."""
        self._staying += 1
        more = self._wanted - self._room - self._acknowledged
        if self._staying == self._room and more > 0 and not self._finishing:
            self._consume(min(2 * self._prefetch, more, _MOST_IN_HAND))

    def _let_go(self) -> None:
        """Acknowledge what is dropped, once that is secured."""
        gone, self._gone = self._gone, []
        try:
            self.secure()
        except EdatoolError as error:
            self._pump.fail(error)
            return
        for tag, one in gone:
            self.on_outcome(one, "gone", "")
            self._done(tag)

    def _done(self, tag: int) -> None:
        if self._finishing or self._acknowledged + self._room >= self._wanted:
            self._held_back.append(tag)
        else:
            self._acknowledged += 1
            self._in_hand.done(tag)
            self._in_hand.acknowledge_soon(then=self._ending.go_on)

    def _end(self) -> None:
        self._ending.begin()
        for tag in self._held_back:
            self._in_hand.done(tag)
        self._in_hand.acknowledge_soon(then=self._ending.go_on)

    def _send(self, copy: SentCopy, properties: Any) -> None:
        if not self._copies.send(copy, properties):
            self.on_outcome(copy.visited, "nacked", "there is no room in it for more headers")
            self._make_room()

    def _confirmed(self, frame: Any) -> None:
        self._copies.confirmed(frame)
        self._ending.go_on()

    def _taken(self, copy: SentCopy) -> None:
        self.on_outcome(copy.visited, "last" if copy.again else "confirmed", "")
        self._done(copy.tag)

    def _not_taken(self, copy: SentCopy, outcome: VisitOutcome, words: str) -> None:
        """Keep a message that was not taken: it is given back at the end."""
        self.on_outcome(copy.visited, "stays" if copy.again else outcome, words)
        self._make_room()

    def _do_what_is_due(self) -> None:
        now, pump = time.monotonic(), self._pump
        if not self._copies and self._consumers and not pump.ending:
            pump.patience.heard = now
        if pump.patience.is_over(now):
            pump.give_in()
        elif pump.has_channel:
            self._send_what_is_due(now)
            self._in_hand.acknowledge_one_by_one()
            if self._is_over(now):
                self._to_send.clear()  # it stays
                self._finishing = True
            if self._finishing and not (self._busy or pump.ending) and now - self._heard > QUIET:
                self._end()

    @property
    def _busy(self) -> bool:
        return bool(self._copies or self._to_send or self._gone)

    def _is_over(self, now: float) -> bool:
        idle = self._consumers and not self._busy
        return self.is_asked_to_stop() or bool(idle and (self.visited >= self._wanted or now - self._heard > SILENCE))

    def _send_what_is_due(self, now: float) -> None:
        """Send as many as the rate allows since the last time."""
        while self._to_send and self.rate and self._sent_until <= now:
            self._sent_until = max(self._sent_until, now - 1) + 1 / self.rate
            self._send(*self._to_send.popleft())

    def _closed(self, _: Any, error: Any) -> None:
        if self._pump.is_open and not self._pump.ending and not self._pump.error:
            text = str(getattr(error, "reply_text", error))
            self._refusal = refusal(text)
            if self._refusal is None:
                self._pump.fail(BrokerRefused(f"messages of {self.queue.name} cannot be visited: {text}"))
            else:
                self._pump.ending = True
                self._pump.close()
