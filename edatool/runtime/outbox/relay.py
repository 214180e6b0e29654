"""Sends what is in an outbox, in the order of each key, and removes it once the broker has confirmed it."""

import queue
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.publishing import Publishing
from edatool.errors import EdatoolError, OutboxError, OutboxGone, WrongUsage
from edatool.runtime.metrics.measured import Measured, Subject, Unmeasured
from edatool.runtime.outbox.leases import DueMessage, Landed, OutboxStore

WINDOW = 2000
"""How many messages may be on their way."""
MOST_BYTES = 16 * 1024 * 1024
"""How many bytes of bodies are read at once; one message may be larger."""
LEASE = 30.0
POLL = 0.5
PAUSE = 1.0
"""Seconds to wait where the broker or the database cannot be reached."""
ANSWER = 60.0
"""Seconds within which the broker has to confirm; what it does not is sent again later, and may arrive twice."""
BREATH = 0.001
SHORTER = 0.002
"""Seconds by which each message is given up before the one that it follows."""
RETRIES = 1_000_000
"""How often the engine sends again what a lost connection left open: it keeps the order, and ANSWER ends it."""
OUTCOMES = ("confirmed", "refused", "unanswered")
MEASURED = Subject("relay", "messages", OUTCOMES, "Seconds until messages that were sent had an outcome.")

Open = Callable[[str], Publishing]
"""Opens a connection to a vhost; the empty one is that of the broker's URL."""


@dataclass(slots=True)
class _Flight:
    """Messages of one lane of a database that are on their way; a ``trial`` is one that goes alone."""

    lane: int
    database: object
    trial: bool = False
    left: int = 0
    landed: list[Landed] = field(default_factory=list)


class Relay:
    """Sends until it is told to end; ``run`` is for one thread, ``wake`` and ``stop`` for any, signal handlers too.

    There is a connection for each exchange: a missing one closes the channel, and what was on its way to others would
    arrive twice. ``report`` gets a sentence whenever something goes wrong. ``counts`` has how often the broker
    ``confirmed``, ``refused``, or left ``unanswered``.
    """

    def __init__(
        self,
        store: OutboxStore,
        connect: Open,
        *,
        lease: float = LEASE,
        report: Callable[[str], None] = lambda _: None,
        measures: Measured | Unmeasured | None = None,
    ) -> None:
        self._store, self._connect, self._lease, self._report = store, connect, lease, report
        self._measures = measures or Unmeasured()
        self.counts: Counter[str] = Counter()
        self._connections: dict[tuple[str, str], Publishing] = {}
        self._news: queue.SimpleQueue[tuple[_Flight, DueMessage, float, Pending] | None] = queue.SimpleQueue()
        self._flights: dict[int, _Flight] = {}
        self._landed: list[_Flight] = []
        self._idle = self._draining = False
        self._until: float | None = None
        self._claim_at = self._settle_at = self._renew_at = 0.0
        self._error: EdatoolError | None = None
        self._said = ""

    @property
    def is_ready(self) -> bool:
        """Whether broker and database take messages, or nothing waits; any thread may ask."""
        return self._error is None

    def wake(self) -> None:
        """Look for messages now."""
        self._news.put(None)

    def stop(self, seconds: float, *, drain: bool = False) -> None:
        """End within ``seconds``, once what is on its way has its outcome; ``drain``: once nothing waits anymore."""
        self._draining, self._until = drain, time.monotonic() + seconds
        self._news.put(None)

    def run(self, *, once: bool = False) -> None:
        """Send what there is, and go on until ``stop``; ``once``: until there is nothing more that can be sent now.

        Raises:
            BrokerError: with ``once``, the broker takes nothing.
            OutboxError: with ``once``, the database cannot be used.
        """
        try:
            while not self._is_over(once=once):
                self._round()
        finally:
            error = self._error
            self._end()
        if once and error:
            raise error

    def _is_over(self, *, once: bool) -> bool:
        if self._until is not None and time.monotonic() >= self._until:
            return True
        if self._flights or (self._landed and not self._error):
            return False
        if once or self._draining:
            return self._idle or self._error is not None
        return self._until is not None

    def _round(self) -> None:
        try:
            self._take_off()
            self._measures.holds(WINDOW - self._room(), WINDOW)
            self._land()
            self._settle()
            self._renew()
        except OutboxError as error:
            self._store.database.close()
            self._fail(error)

    def _fail(self, error: EdatoolError) -> None:
        """Wait a while before anything else is tried."""
        self._error = error
        self._claim_at = self._settle_at = time.monotonic() + PAUSE
        if str(error) != self._said:
            self._said = str(error)
            self._report(str(error) if isinstance(error, OutboxGone) else f"{error}; what is in the outbox is kept")

    def _take_off(self) -> None:
        """Claim lanes, and send what waits there."""
        if not self._may_claim(time.monotonic()):
            return
        lanes = self._store.claim(self._lease)
        self._error, self._idle = None, not lanes
        if not lanes:
            self._claim_at = time.monotonic() + POLL
            return
        here = self._store.database.opened()
        flights = {lane: _Flight(lane, here) for lane in lanes}
        self._flights |= flights
        try:
            waiting = self._store.waiting(lanes, max(self._room() // len(lanes), 1), MOST_BYTES)
            self._send_all(waiting, self._store.messages(waiting))
        finally:
            for flight in flights.values():
                self._check_landed(flight)

    def _may_claim(self, now: float) -> bool:
        is_ending = self._until is not None and not self._draining
        return not is_ending and self._has_room() and self._claim_at <= now

    def _room(self) -> int:
        return WINDOW - sum(flight.left for flight in self._flights.values())

    def _has_room(self) -> bool:
        """Say whether it is worth while to claim and to settle: both are done for many messages at once."""
        return self._room() >= WINDOW // 2

    def _send_all(self, waiting: Sequence[DueMessage], messages: Mapping[int, AmqpMessage]) -> None:
        for number, one in enumerate(waiting):
            # Those behind are given up first: otherwise they could be sent after those before were given up.
            seconds = ANSWER - number * SHORTER
            # One that is not there was removed by a person.
            if one.seq in messages and not self._send(one, messages[one.seq], seconds):
                self._claim_at = time.monotonic() + POLL
                break

    def _send(self, one: DueMessage, message: AmqpMessage, seconds: float) -> bool:
        """Send a message, unless it has to wait for another; return whether there was room for it."""
        flight = self._flights[one.lane]
        if flight.trial:
            return True
        try:
            connection = self._connection(one.place.vhost, one.place.exchange)
            # What waits for a first connection fails at once, and those behind it could be sent by the next one.
            flight.trial = not connection.was_connected
            since = time.monotonic()
            sent = connection.submit(
                message, seconds, lambda done: self._news.put((flight, one, since, done)), wait=False
            )
        except WrongUsage as error:
            # Not one of ours, which were looked at before they were kept.
            flight.landed.append(Landed(one, "refused", str(error)))
            return True
        flight.left += sent is not None
        return sent is not None

    def _connection(self, vhost: str, exchange: str) -> Publishing:
        where = (vhost, exchange)
        if where not in self._connections:
            self._connections[where] = self._connect(vhost)
        return self._connections[where]

    def _land(self) -> None:
        """Wait until there is room for more and something to do with it; or until it is time to look."""
        deadline = time.monotonic() + POLL
        while (now := time.monotonic()) < deadline:
            if self._may_claim(now) or (self._landed and self._has_room() and self._settle_at <= now):
                break
            self._take_news(deadline - now)
            # So that it is not woken for each of many that come in a row.
            time.sleep(BREATH)
        self._take_news(0.0)

    def _take_news(self, wait: float) -> None:
        """Wait until something has arrived, and take all that has."""
        with suppress(queue.Empty):
            news = self._news.get(timeout=wait) if wait else self._news.get_nowait()
            while True:
                if news is None:
                    self._look()
                else:
                    self._arrived(*news)
                news = self._news.get_nowait()

    def _look(self) -> None:
        """Claim in the next round."""
        self._idle = False
        if not self._error:
            self._claim_at = 0.0

    def _arrived(self, flight: _Flight, one: DueMessage, since: float, pending: Pending) -> None:
        flight.left -= 1
        self._measures.took(time.monotonic() - since)
        if pending.error:
            self._fail(pending.error)
        elif pending.outcome == "unknown" and not pending.blamed:
            flight.landed.append(Landed(one, "unanswered", pending.reason))
        else:
            self._said = ""
            outcome: Literal["confirmed", "refused"] = "confirmed" if pending.outcome == "confirmed" else "refused"
            flight.landed.append(Landed(one, outcome, pending.reason))
        self._check_landed(flight)

    def _check_landed(self, flight: _Flight) -> None:
        # Another database that took this one's place has lanes of the same numbers.
        if not flight.left and self._flights.get(flight.lane) is flight:
            self._landed.append(self._flights.pop(flight.lane))

    def _settle(self) -> None:
        """Record the outcomes of lanes that are complete, and give the lanes back."""
        if not self._landed or time.monotonic() < self._settle_at:
            return
        # The numbers of another database are those of other messages.
        here = self._store.database.opened()
        self._landed = [flight for flight in self._landed if flight.database == here]
        landed = [one for flight in self._landed for one in flight.landed]
        parked = self._store.settle(landed, [flight.lane for flight in self._landed])
        self._landed.clear()
        self._look()
        for each in landed:
            self.counts[each.outcome] += 1
            self._measures.count(each.outcome)
        for one in parked[:1]:
            more = f" and {len(parked) - 1} others" if len(parked) > 1 else ""
            self._report(f"a message to {one.waiting.place}{more} cannot be sent and is parked: {one.reason}")

    def _renew(self) -> None:
        now = time.monotonic()
        if now >= self._renew_at and (lanes := [*self._flights, *(flight.lane for flight in self._landed)]):
            self._renew_at = now + self._lease / 3
            self._store.renew(lanes, self._lease)

    def _end(self) -> None:
        """Close the connections, and settle what that ended, which is no news."""
        report, self._report = self._report, lambda _: None
        for connection in self._connections.values():
            connection.close(0.0)
        self._take_news(0.0)
        self._settle_at = 0.0
        self._measures.holds(0, 0)
        try:
            self._settle()
        except OutboxError as error:
            report(str(error))
        self._store.database.close()
