"""An inbox in SQLite or PostgreSQL.

A row for each event of each consumer: claimed, done, failed (so that it may be claimed again), or dead. The time of a
claim by the database's own clock is its token. That clock may be set forward or back at any moment: it ends no claim.
"""

import time
from collections.abc import Collection, Iterable, Sequence

from edatool.runtime.database.database import Database, Execute, Row, in_parts
from edatool.runtime.inbox.claims import (
    Answer,
    Busy,
    Claimed,
    ClaimRequest,
    Dead,
    Done,
    Held,
    InboxCount,
    Outcome,
    Settled,
)

AT_ONCE = 200
"""How many events are in one statement; SQLite may take no more than 999 parameters."""
TIDY = 1.0
"""Seconds between two looks for what is kept long enough."""
MOST_PURGED = 10_000
"""How many events are forgotten at once, while nobody else can write."""

OUTCOMES: tuple[Outcome, ...] = ("done", "failed", "dead")
Key = tuple[str, str]


class SqlStore:
    """An inbox in a database.

    It forgets by itself what consumers that use it have last claimed more than ``retention`` seconds ago; not earlier
    where the database's clock is set forward meanwhile. Others, which may have another retention, have inboxes in the
    same table.
    """

    def __init__(self, database: Database, retention: float) -> None:
        self._database, self._retention = database, retention
        self._now = database.dialect.now
        self._token = f"CAST({self._now} * 1000000 AS bigint)"
        self._tidied = time.monotonic()
        self._ahead: float | None = None
        """By how many seconds the database's clock was ahead of ours when it was first asked."""

    def apply(self, settled: Sequence[Settled], wanted: Sequence[ClaimRequest]) -> tuple[list[bool], list[Answer]]:
        """Do as ``InboxStore`` says, all in one transaction."""
        with self._database.transaction() as run:
            held = {row for outcome in OUTCOMES for row in _settle(run, outcome, settled)}
            first = {(one.consumer, one.message_id): one for one in reversed(wanted)}
            answers = self._claim(run, first)
        self._tidy({one.consumer for one in wanted})
        return [_row(one.claim) in held for one in settled], [_answer(one, first, answers) for one in wanted]

    def renew(self, claims: Sequence[Claimed], lease: float) -> None:
        """Do as ``InboxStore`` says."""
        with self._database.transaction() as run:
            for some in in_parts(sorted(map(_row, claims)), AT_ONCE):
                run(
                    f"WITH held (who, which, fence) AS (VALUES {_rows('(?, ?, ?)', some)}) "
                    f"UPDATE edatool_inbox SET until = {self._now} + ? FROM held WHERE state = 'claimed' "
                    "AND consumer = who AND message_id = which AND token = fence",
                    [*(value for row in some for value in row), lease],
                )

    def reopen(self, consumer: str, message_id: str) -> bool:
        """Do as ``InboxStore`` says."""
        statement = """UPDATE edatool_inbox SET state = 'failed'
            WHERE consumer = ? AND message_id = ? AND state = 'dead' RETURNING token"""
        with self._database.transaction() as run:
            return bool(run(statement, (consumer, message_id)))

    def count(self) -> Sequence[InboxCount]:
        """Do as ``InboxStore`` says."""
        state = f"CASE WHEN state = 'claimed' AND until <= {self._now} THEN 'abandoned' ELSE state END"
        rows = self._database.run(
            f"SELECT consumer, {state}, count(*), {self._now} - min(token) / 1000000.0 FROM edatool_inbox "
            f"GROUP BY consumer, {state} ORDER BY 1, 2"
        )
        return [InboxCount(consumer, state, events, max(age, 0.0)) for consumer, state, events, age in rows]

    def purge(self, older_than: float, consumer: str | None = None) -> int:
        """Do as ``InboxStore`` says."""
        consumers = {consumer} if consumer is not None else {one.consumer for one in self.count()}
        count = purged = self._purge(older_than, consumers)
        while purged == MOST_PURGED:
            purged = self._purge(older_than, consumers)
            count += purged
        return count

    def close(self) -> None:
        """Do as ``InboxStore`` says."""
        self._database.close()

    def _claim(self, run: Execute, wanted: dict[Key, ClaimRequest]) -> dict[Key, Answer]:
        found = {(consumer, one): (state, Held(*held)) for consumer, one, state, *held in self._read(run, wanted)}
        answers = {key: answer for key, row in found.items() if (answer := _known(*row, wanted[key].abandoned))}
        # Sorted, so that of two transactions that want the same none waits for the other in a circle.
        for some in in_parts(sorted(wanted.keys() - found.keys()), AT_ONCE):
            rows = f"(?, ?, 'claimed', {self._token}, {self._now} + ?)"
            inserted = run(
                f"INSERT INTO edatool_inbox (consumer, message_id, state, token, until) VALUES {_rows(rows, some)} "
                "ON CONFLICT DO NOTHING RETURNING consumer, message_id, token",
                [value for key in some for value in (*key, wanted[key].lease)],
            )
            answers |= {(consumer, one): Claimed(consumer, one, token) for consumer, one, token in inserted}
        for key in sorted(found):
            if key not in answers:
                answers[key] = self._take_over(run, wanted[key])
        return answers

    def _read(self, run: Execute, keys: Iterable[Key]) -> Iterable[Row]:
        for some in in_parts(list(keys), AT_ONCE):
            yield from run(
                f"WITH wanted (who, which) AS (VALUES {_rows('(?, ?)', some)}) "
                "SELECT consumer, message_id, state, token, until FROM wanted "
                "JOIN edatool_inbox ON consumer = who AND message_id = which",
                [value for key in some for value in key],
            )

    def _take_over(self, run: Execute, wanted: ClaimRequest) -> Answer:
        """Claim what failed or was abandoned, unless a transaction is just about to settle it."""
        event, seen = (wanted.consumer, wanted.message_id), wanted.abandoned or Held(0, 0.0)
        mine = f"""SELECT token FROM edatool_inbox WHERE consumer = ? AND message_id = ?
            AND (state = 'failed' OR (state = 'claimed' AND token = ? AND until = ?))
            {self._database.dialect.claiming}"""
        taken = run(
            f"""UPDATE edatool_inbox SET state = 'claimed', until = {self._now} + ?,
            token = CASE WHEN token < {self._token} THEN {self._token} ELSE token + 1 END
            WHERE consumer = ? AND message_id = ? AND token = ({mine}) RETURNING token""",
            (wanted.lease, *event, *event, seen.token, seen.until),
        )
        return Claimed(*event, taken[0][0]) if taken else Busy()

    def _tidy(self, consumers: Collection[str]) -> None:
        if time.monotonic() - self._tidied >= TIDY:
            self._tidied = time.monotonic()
            ((now,),) = self._database.run(f"SELECT {self._now}")
            if self._ahead is None:
                self._ahead = now - self._tidied
            self._purge(self._retention + max(now - self._tidied - self._ahead, 0.0), consumers)

    def _purge(self, older_than: float, consumers: Collection[str]) -> int:
        if not consumers:
            return 0
        with self._database.transaction() as run:
            return len(
                run(
                    f"""DELETE FROM edatool_inbox WHERE (consumer, message_id) IN (
                    SELECT consumer, message_id FROM edatool_inbox
                    WHERE consumer IN ({_rows("?", list(consumers))})
                    AND token < CAST(({self._now} - ?) * 1000000 AS bigint)
                    AND (state <> 'claimed' OR until <= {self._now})
                    LIMIT {MOST_PURGED} {self._database.dialect.claiming}) RETURNING 1""",
                    (*consumers, older_than),
                )
            )


def _settle(run: Execute, outcome: Outcome, settled: Sequence[Settled]) -> Iterable[Row]:
    """Record an outcome; return the rows of those whose claims held."""
    for some in in_parts(sorted({_row(one.claim) for one in settled if one.outcome == outcome}), AT_ONCE):
        yield from run(
            f"WITH held (who, which, fence) AS (VALUES {_rows('(?, ?, ?)', some)}) "
            f"UPDATE edatool_inbox SET state = '{outcome}' FROM held WHERE state IN ('claimed', '{outcome}') "
            "AND consumer = who AND message_id = which AND token = fence RETURNING consumer, message_id, token",
            [value for row in some for value in row],
        )


def _known(state: str, held: Held, abandoned: Held | None) -> Answer | None:
    """Return the answer for a row; None where it may be claimed."""
    match state:
        case "done":
            return Done()
        case "dead":
            return Dead()
        case "claimed" if held != abandoned:
            return Busy(held)
    return None


def _answer(wanted: ClaimRequest, first: dict[Key, ClaimRequest], answers: dict[Key, Answer]) -> Answer:
    """Return the answer for one of those that wanted an event: only the first may have it."""
    key = (wanted.consumer, wanted.message_id)
    answer = answers.get(key, Busy())
    if isinstance(answer, Claimed) and first[key] is not wanted:
        return Busy()
    return answer


def _row(claim: Claimed) -> tuple[str, str, int]:
    return claim.consumer, claim.message_id, claim.token


def _rows(row: str, values: Sequence[object]) -> str:
    return ", ".join([row] * len(values))
