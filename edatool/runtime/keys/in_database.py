"""Idempotency keys in SQLite or PostgreSQL, which processes share, and which outlive them.

A row for each key. It has no answer while its request is in hand, until the lease is over: then, and where the request
is reopened, the same request may claim it anew. All times are by the database's own clock.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from edatool.runtime.database.database import Database, Execute
from edatool.runtime.keys.claims import UNANSWERED, ClaimAnswer, KeyClaim, Remembered

TIDY = 60.0
"""Seconds between two looks for what is kept long enough."""
MOST_PURGED = 1000
"""How many keys are forgotten at once, while nobody else can write."""

_Operation = Callable[[Execute], Any]


class KeysInDatabase:
    """A store in a database. A claim is good for ``lease`` seconds, within which its request has to have an answer.

    What is asked at once is written together: all share one wait for the disk or the network.
    """

    def __init__(self, database: Database, lease: float) -> None:
        self._database, self._lease = database, lease
        self._now = database.dialect.now
        self._waiting: list[tuple[str, _Operation, asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._tidied = time.monotonic() - TIDY
        database.opened()

    async def claim(self, key: str, request: str) -> ClaimAnswer:
        """Do as ``KeyStore`` says."""
        answer: ClaimAnswer = await self._ask(key, lambda run: self._claim(run, key, request))
        return answer

    async def remember(self, claim: KeyClaim, answer: str, seconds: float) -> None:
        """Do as ``KeyStore`` says."""
        await self._settle(claim, f"UPDATE edatool_key_store SET answer = ?, until = {self._now} + ?", answer, seconds)

    async def reopen(self, claim: KeyClaim) -> None:
        """Do as ``KeyStore`` says."""
        await self._settle(claim, f"UPDATE edatool_key_store SET until = {self._now}")

    async def forget(self, claim: KeyClaim) -> None:
        """Do as ``KeyStore`` says."""
        await self._settle(claim, "DELETE FROM edatool_key_store")

    def close(self) -> None:
        """Do as ``KeyStore`` says."""
        self._database.close()

    def _claim(self, run: Execute, key: str, request: str) -> ClaimAnswer:
        owner = secrets.token_hex(8)
        claimed = run(
            f"""INSERT INTO edatool_key_store AS known (name, request, owner, until)
            VALUES (?, ?, ?, {self._now} + ?)
            ON CONFLICT (name) DO UPDATE
            SET request = excluded.request, owner = excluded.owner, answer = NULL, until = excluded.until
            WHERE known.until <= {self._now} AND (known.answer IS NOT NULL OR known.request = excluded.request)
            RETURNING owner""",
            (key, request, owner, self._lease),
        )
        if claimed:
            return KeyClaim(key, owner)
        ((asked, answer),) = run("SELECT request, answer FROM edatool_key_store WHERE name = ?", (key,))
        if asked != request:
            return "another request"
        return "in hand" if answer is None else Remembered(answer)

    async def _settle(self, claim: KeyClaim, change: str, *values: object) -> None:
        statement = f"{change} WHERE name = ? AND owner = ? AND answer IS NULL"
        await self._ask(claim.key, lambda run: run(statement, (*values, claim.key, claim.owner)))

    async def _ask(self, key: str, operation: _Operation) -> Any:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((key, operation, future))
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write())
        return await future

    async def _write(self) -> None:
        """Do what all have asked by now together, until nothing is asked."""
        while self._waiting:
            # Sorted, so that of two processes that want the same keys none waits for the other in a circle.
            batch, self._waiting = sorted(self._waiting, key=lambda one: one[0]), []
            futures = [future for _, _, future in batch]
            try:
                answers = await asyncio.to_thread(self._apply, [operation for _, operation, _ in batch])
            except Exception as error:  # noqa: BLE001 - nobody may wait for ever, after a bug either
                for future in futures:
                    if not future.done():
                        future.set_exception(error)
            else:
                for future, answer in zip(futures, answers, strict=True):
                    if not future.done():
                        future.set_result(answer)
        self._writing = None

    def _apply(self, operations: Sequence[_Operation]) -> list[Any]:
        try:
            with self._database.transaction() as run:
                answers = [operation(run) for operation in operations]
                self._tidy(run)
                return answers
        except Exception:
            self._database.close()  # what is next begins with a new connection
            raise

    def _tidy(self, run: Execute) -> None:
        if time.monotonic() - self._tidied < TIDY:
            return
        purged = run(
            f"""DELETE FROM edatool_key_store WHERE name IN (
            SELECT name FROM edatool_key_store
            WHERE until <= {self._now} AND (answer IS NOT NULL OR until <= {self._now} - ?)
            LIMIT {MOST_PURGED} {self._database.dialect.claiming}) RETURNING 1""",
            (UNANSWERED,),
        )
        if len(purged) < MOST_PURGED:
            self._tidied = time.monotonic()
