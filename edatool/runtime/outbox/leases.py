"""What relays do to an outbox: claim lanes, read what waits there, and record what became of it.

A relay claims a lane with a lease, so that no other sends from it meanwhile, and the messages of a key stay in order. A
relay that dies leaves its lanes when the lease is over. Times are those of the database's clock, which may be set back:
what would have to wait for longer than anything waits does not wait.

A key whose message was refused is *held*: its first message is tried again, alone, after a wait that grows. After
``ATTEMPTS`` it is *parked*, out of the way of those behind it. While the key stays held those are sent as if it were
not, and are parked when they are refused too; the first that is confirmed ends it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from edatool.broker.message import AmqpMessage
from edatool.frozen import frozen
from edatool.runtime.database.database import Database, Execute, in_parts
from edatool.runtime.outbox.schema import COLUMNS, FILL_LANES, OutboxDestination
from edatool.runtime.outbox.schema import message as message_of

ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a refused message is tried again: doubled each time."""
UNANSWERED_WAIT = 5.0
_AT_ONCE = 500
"""How many ids are in one statement; SQLite may take no more than 999."""

_HELD = """LEFT JOIN edatool_outbox_held h
    ON h.vhost = m.vhost AND h.exchange = m.exchange AND h.routing_key = m.routing_key"""


@frozen
class DueMessage:
    """A message that may be sent; ``attempts`` counts how often its key was refused, None where it is not held."""

    seq: int
    lane: int
    place: OutboxDestination
    size: int
    attempts: int | None


class Landed(NamedTuple):
    """What became of a message: ``refused`` for good reason, or ``unanswered``, so that it may have arrived."""

    waiting: DueMessage
    outcome: Literal["confirmed", "refused", "unanswered"]
    reason: str = ""


class OutboxStore:
    """The outbox as one relay sees it, which is called ``holder``; for one thread.

    All raise OutboxError where the database cannot be used.
    """

    def __init__(self, database: Database, holder: str, attempts: int = ATTEMPTS) -> None:
        self.database, self._holder, self._attempts = database, holder, attempts
        self._now = database.dialect.now
        self._is_due = f"(h.due IS NULL OR h.due <= {self._now} OR h.due > {self._now} + {2 * LONGEST_WAIT})"
        self._lanes_of: object = self

    def claim(self, lease: float) -> list[int]:
        """Claim half of the lanes that have something to send and are free, for ``lease`` seconds.

        The other half is for other relays; those that were served last come last.
        """
        here = self.database.opened()
        if self._lanes_of != here:
            self.database.run(FILL_LANES)
            self._lanes_of = here
        with self.database.transaction() as run:
            free = run(
                f"""SELECT l.lane FROM edatool_outbox_lane l
                WHERE (l.holder = '' OR l.until <= {self._now} OR l.until > {self._now} + ?) AND EXISTS (
                    SELECT 1 FROM edatool_outbox m {_HELD}
                    WHERE m.lane = l.lane AND m.parked IS NULL AND {self._is_due})
                ORDER BY l.until {self.database.dialect.claiming}""",
                (2 * lease,),
            )
            lanes = [lane for (lane,) in free[: (len(free) + 1) // 2]]
            for some in in_parts(lanes, _AT_ONCE):
                run(
                    f"UPDATE edatool_outbox_lane SET holder = ?, until = {self._now} + ? "
                    f"WHERE lane IN ({_marks(some)})",
                    (self._holder, lease, *some),
                )
            return lanes

    def renew(self, lanes: Iterable[int], lease: float) -> None:
        """Hold lanes for ``lease`` seconds more."""
        for some in in_parts(list(lanes), _AT_ONCE):
            self.database.run(
                f"UPDATE edatool_outbox_lane SET until = {self._now} + ? WHERE holder = ? AND lane IN ({_marks(some)})",
                (lease, self._holder, *some),
            )

    def waiting(self, lanes: Sequence[int], most: int, most_bytes: int) -> list[DueMessage]:
        """Return what may be sent now from lanes, in order, at most ``most`` of each.

        All together have at most ``most_bytes``, or are one message.
        """
        one = f"""SELECT * FROM (
            SELECT m.seq, m.lane, m.vhost, m.exchange, m.routing_key, length(m.body), h.attempts
            FROM edatool_outbox m {_HELD}
            WHERE m.lane = ? AND m.parked IS NULL AND {self._is_due}
            ORDER BY m.seq LIMIT ?) AS x"""
        parameters = [value for lane in lanes for value in (lane, most)]
        rows = self.database.run(" UNION ALL ".join([one] * len(lanes)), parameters)
        found = [
            DueMessage(seq, lane, OutboxDestination(*place), size, held)
            for seq, lane, *place, size, held in sorted(rows)
        ]
        return list(_within(most_bytes, self._one_of_each_held(found)))

    def messages(self, waiting: Sequence[DueMessage]) -> dict[int, AmqpMessage]:
        """Return messages by their number; without those that somebody has removed."""
        found = {}
        for some in in_parts([one.seq for one in waiting], _AT_ONCE):
            statement = f"SELECT seq, {COLUMNS} FROM edatool_outbox WHERE seq IN ({_marks(some)})"
            for seq, *values in self.database.run(statement, some):
                found[seq] = message_of(values)
        return found

    def settle(self, landed: Sequence[Landed], lanes: Sequence[int]) -> list[Landed]:
        """Record what became of messages, and give lanes back; return those that are parked now."""
        with self.database.transaction() as run:
            confirmed = [one.waiting for one in landed if one.outcome == "confirmed"]
            for some in in_parts([one.seq for one in confirmed], _AT_ONCE):
                run(f"DELETE FROM edatool_outbox WHERE seq IN ({_marks(some)})", some)
            failed = _by_place(one for one in landed if one.outcome != "confirmed")
            for place in {one.place for one in confirmed if one.attempts is not None} - failed.keys():
                run(f"DELETE FROM edatool_outbox_held WHERE {_AT}", place)
            parked = [one for place, own in failed.items() for one in self._hold(run, place, own)]
            for some in in_parts(lanes, _AT_ONCE):
                run(
                    f"UPDATE edatool_outbox_lane SET holder = '', until = {self._now} "
                    f"WHERE holder = ? AND lane IN ({_marks(some)})",
                    (self._holder, *some),
                )
            return parked

    def _one_of_each_held(self, waiting: Iterable[DueMessage]) -> list[DueMessage]:
        """Leave out what is behind the first message of a key that is held and has attempts left."""
        found, tried = [], set()
        for one in waiting:
            if one.attempts is not None and one.attempts < self._attempts:
                if one.place in tried:
                    continue
                tried.add(one.place)
            found.append(one)
        return found

    def _hold(self, run: Execute, place: OutboxDestination, failed: Sequence[Landed]) -> list[Landed]:
        """Hold a key whose messages failed, and park what was refused often enough; return what is parked."""
        refused = [one for one in failed if one.outcome == "refused"]
        before = failed[0].waiting.attempts or 0
        if not refused:
            self._keep(run, place, before, UNANSWERED_WAIT, failed[0].reason)
            return []
        attempts = min(before + 1, self._attempts)
        if attempts < self._attempts:
            self._keep(run, place, attempts, min(FIRST_WAIT * 2.0**before, LONGEST_WAIT), refused[0].reason)
            return []
        for one in refused:
            run("UPDATE edatool_outbox SET parked = ? WHERE seq = ?", (one.reason, one.waiting.seq))
        self._keep(run, place, attempts, 0.0, refused[0].reason)
        return refused

    def _keep(self, run: Execute, place: OutboxDestination, attempts: int, wait: float, reason: str) -> None:
        run(
            f"""INSERT INTO edatool_outbox_held (vhost, exchange, routing_key, attempts, due, reason)
            VALUES (?, ?, ?, ?, {self._now} + ?, ?) ON CONFLICT (vhost, exchange, routing_key)
            DO UPDATE SET attempts = excluded.attempts, due = excluded.due, reason = excluded.reason""",
            (*place, attempts, wait, reason),
        )


_AT = "vhost = ? AND exchange = ? AND routing_key = ?"


def _by_place(landed: Iterable[Landed]) -> dict[OutboxDestination, list[Landed]]:
    found: dict[OutboxDestination, list[Landed]] = {}
    for one in landed:
        found.setdefault(one.waiting.place, []).append(one)
    return found


def _within(most: int, waiting: Iterable[DueMessage]) -> Iterator[DueMessage]:
    """Yield messages of at most so many bytes, but one at least."""
    for number, one in enumerate(waiting):
        most -= one.size
        if most < 0 and number:
            return
        yield one


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
