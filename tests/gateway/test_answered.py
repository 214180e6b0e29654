import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from edatool.errors import KeyStoreError
from edatool.gateway.answers import Answer
from edatool.gateway.idempotency.answered import Answered
from edatool.runtime.keys.claims import KeyClaim
from edatool.runtime.keys.in_database import KeysInDatabase
from edatool.runtime.keys.in_memory import KeysInMemory
from edatool.runtime.keys.open import open_keys

LEASE = 60.0
SECONDS = 60.0


def answering(made: list[int], *statuses: int) -> Callable[[], Coroutine[Any, Any, Answer]]:
    """Return what answers with each of these statuses in turn, and keeps them in ``made``."""

    async def make() -> Answer:
        made.append(statuses[len(made)])
        await asyncio.sleep(0)
        return Answer(made[-1], {"number": len(made)})

    return make


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """Where keys are kept, once for each kind."""
    match request.param:
        case "sqlite":
            return str(tmp_path / "keys.db")
        case "postgresql":
            found: str = request.getfixturevalue("postgresql")
            return found
    return None


@asynccontextmanager
async def answered(where: str | None, lease: float = LEASE) -> AsyncIterator[Answered]:
    keys = open_keys(where, lease)
    yield Answered(keys)
    keys.close()


def run(body: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await body()

    asyncio.run(main())


def test_one_that_comes_while_the_first_is_in_hand_is_a_conflict(where: str | None) -> None:
    async def body() -> None:
        made: list[int] = []
        async with answered(where) as one:
            answers = await asyncio.gather(*(one.answer("a", answering(made, 202), SECONDS) for _ in range(3)))
        assert made == [202]
        assert sorted(each.status for each in answers) == [202, 409, 409]
        assert [each.headers for each in answers if each.status == 409] == [{"Retry-After": "1"}] * 2

    run(body)


def test_what_failed_is_done_again_and_what_was_taken_is_not(where: str | None) -> None:
    async def body() -> None:
        made: list[int] = []
        async with answered(where) as one:
            make = answering(made, 503, 202)
            answers = [await one.answer("a", make, SECONDS) for _ in range(4)]
        assert [each.status for each in answers] == [503, 202, 202, 202]
        assert answers[1].body == answers[3].body == {"number": 2}

    run(body)


def test_another_request_may_follow_one_that_failed_and_none_of_which_nobody_knows(where: str | None) -> None:
    async def body() -> None:
        async with answered(where) as one:
            assert (await one.answer("a", answering([], 503), SECONDS, b"x")).status == 503
            assert (await one.answer("a", answering([], 504), SECONDS, b"y")).status == 504
            assert (await one.answer("a", answering([], 202), SECONDS, b"z")).status == 422
            assert (await one.answer("a", answering([], 202), SECONDS, b"y")).status == 202
            assert (await one.answer("a", answering([], 202), SECONDS, b"z")).status == 422

    run(body)


def test_a_bug_leaves_the_key_to_the_same_request(where: str | None) -> None:
    async def wrong() -> Answer:
        raise ZeroDivisionError

    async def body() -> None:
        async with answered(where) as one:
            with pytest.raises(ZeroDivisionError):
                await one.answer("a", wrong, SECONDS, b"x")
            assert (await one.answer("a", answering([], 202), SECONDS, b"x")).status == 202

    run(body)


def test_that_the_first_sender_goes_away_does_not_end_what_was_begun(where: str | None) -> None:
    async def body() -> None:
        made: list[int] = []
        began, may_end = asyncio.Event(), asyncio.Event()

        async def make() -> Answer:
            began.set()
            await may_end.wait()
            return await answering(made, 202)()

        async with answered(where) as one:
            first = asyncio.ensure_future(one.answer("a", make, SECONDS))
            await began.wait()
            first.cancel()
            may_end.set()
            while (await one.answer("a", make, SECONDS)).status == 409:
                await asyncio.sleep(0)
            assert (await one.answer("a", make, SECONDS)).status == 202
        assert made == [202]

    run(body)


def test_an_answer_is_forgotten_when_its_time_is_over(where: str | None) -> None:
    async def body() -> None:
        made: list[int] = []
        make = answering(made, 202, 202)
        async with answered(where) as one:
            for _ in range(2):
                await one.answer("a", make, 0, b"x")
            assert (await one.answer("a", answering([], 202), 0, b"y")).status == 202
        assert len(made) == 2

    run(body)


def test_the_oldest_in_memory_are_forgotten_when_there_are_too_many() -> None:
    async def body() -> None:
        made: list[int] = []
        few, make = Answered(KeysInMemory(most=2)), answering(made, *(202,) * 5)
        for key in ("a", "b", "c", "d", "d", "a"):
            await few.answer(key, make, SECONDS)
        assert len(made) == 5

    run(body)


@pytest.mark.parametrize("where", ["sqlite", "postgresql"], indirect=True)
class TestInDatabase:
    def test_an_answer_outlives_its_process_and_is_shared(self, where: str) -> None:
        async def body() -> None:
            made: list[int] = []
            make = answering(made, 202, 202)
            async with answered(where) as one, answered(where) as other:
                await one.answer("a", make, SECONDS, b"x")
                assert (await other.answer("a", make, SECONDS, b"x")).body == {"number": 1}
            async with answered(where) as later:
                assert (await later.answer("a", make, SECONDS, b"x")).body == {"number": 1}
                assert (await later.answer("a", make, SECONDS, b"y")).status == 422
            assert len(made) == 1

        run(body)

    def test_of_many_at_once_in_two_processes_each_key_is_made_once(self, where: str) -> None:
        async def body() -> None:
            made: list[int] = []
            make, keys = answering(made, *(202,) * 99), [str(number) for number in range(50)]
            async with answered(where) as one, answered(where) as other:
                tasks = [each.answer(key, make, SECONDS) for key in keys for each in (one, other)]
                statuses = [each.status for each in await asyncio.gather(*tasks)]
            assert (len(made), statuses.count(202) >= 50, set(statuses) <= {202, 409}) == (50, True, True)

        run(body)

    def test_what_a_process_that_died_had_in_hand_is_the_same_request_s_when_the_lease_is_over(
        self, where: str
    ) -> None:
        async def body() -> None:
            for lease, statuses in ((LEASE, (422, 409)), (0.0, (422, 202))):
                dead = open_keys(where, lease)
                assert isinstance(await dead.claim(f"key {lease}", _digest(b"x")), KeyClaim)
                dead.close()
                async with answered(where) as one:
                    answers = [
                        await one.answer(f"key {lease}", answering([], 202), SECONDS, text) for text in (b"y", b"x")
                    ]
                assert tuple(each.status for each in answers) == statuses

        run(body)

    def test_who_was_slower_than_the_lease_does_not_settle_the_claim_of_the_next(self, where: str) -> None:
        async def body() -> None:
            slow, next_one = open_keys(where, 0.0), open_keys(where, LEASE)
            late = await slow.claim("a", "x")
            claim = await next_one.claim("a", "x")
            assert isinstance(late, KeyClaim)
            assert isinstance(claim, KeyClaim)
            await slow.forget(late)
            await slow.remember(late, "{}", 60)
            assert await slow.claim("a", "x") == "in hand"
            slow.close()
            next_one.close()

        run(body)

    def test_what_is_kept_long_enough_is_purged(self, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("edatool.runtime.keys.in_database.TIDY", 0.0)

        async def body() -> None:
            keys = open_keys(where, LEASE)
            assert isinstance(keys, KeysInDatabase)
            for key, seconds in (("old", 0.0), ("new", 60.0)):
                claim = await keys.claim(key, "x")
                assert isinstance(claim, KeyClaim)
                await keys.remember(claim, "{}", seconds)
            abandoned = await keys.claim("abandoned", "x")
            assert isinstance(abandoned, KeyClaim)
            await keys.reopen(abandoned)
            await keys.claim("last", "x")
            names = keys._database.run("SELECT name FROM edatool_key_store ORDER BY 1")
            assert names == [("abandoned",), ("last",), ("new",)]
            keys.close()

        run(body)


def test_a_store_that_goes_away_takes_no_claims_and_keeps_no_answer_from_its_sender(
    tmp_path: Path,
) -> None:
    file = tmp_path / "keys.db"

    async def body() -> None:
        async def make() -> Answer:
            file.unlink()
            file.mkdir()
            return Answer(202, {"outcome": "confirmed"})

        async with answered(str(file)) as one:
            assert (await one.answer("a", make, SECONDS)).status == 202
            refused = await one.answer("b", make, SECONDS)
        assert (refused.status, refused.body["title"]) == (503, "No keys can be kept for now")
        assert str(tmp_path) not in str(refused.body)

    run(body)


def test_a_database_that_comes_back_is_used_again(postgresql: str) -> None:
    async def body() -> None:
        async with answered(postgresql) as one:
            assert (await one.answer("a", answering([], 202), SECONDS)).status == 202
            with psycopg.connect(postgresql, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            statuses = [(await one.answer("b", answering([], 202), SECONDS)).status for _ in range(2)]
        assert statuses == [503, 202]

    run(body)


@pytest.mark.parametrize("where", ["/nowhere/keys.db", "postgresql://nobody@127.0.0.1:1/keys"])
def test_a_store_that_cannot_be_used_is_an_error_at_once(where: str) -> None:
    with pytest.raises(KeyStoreError, match=r"key store|cannot be reached"):
        open_keys(where, LEASE)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
