import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from edatool.gateway.answered import Answered
from edatool.gateway.answers import Answer


def answering(made: list[int], *statuses: int) -> Callable[[], Coroutine[Any, Any, Answer]]:
    """Return what answers with each of these statuses in turn, and keeps them in ``made``."""

    async def make() -> Answer:
        made.append(statuses[len(made)])
        await asyncio.sleep(0)
        return Answer(made[-1], {"number": len(made)})

    return make


def test_one_that_comes_while_the_first_is_in_hand_has_the_same_answer() -> None:
    async def run() -> None:
        made: list[int] = []
        answered, make = Answered(60), answering(made, 202)
        answers = await asyncio.gather(*(answered.answer("a", make) for _ in range(3)))
        assert made == [202]
        assert len({each.body["number"] for each in answers}) == 1

    asyncio.run(run())


def test_what_failed_is_done_again_and_what_was_taken_is_not() -> None:
    async def run() -> None:
        made: list[int] = []
        answered, make = Answered(60), answering(made, 503, 202)
        assert [(await answered.answer("a", make)).status for _ in range(4)] == [503, 202, 202, 202]

    asyncio.run(run())


def test_that_the_first_sender_goes_away_does_not_end_what_was_begun() -> None:
    async def run() -> None:
        made: list[int] = []
        answered, make = Answered(60), answering(made, 202)
        first = asyncio.ensure_future(answered.answer("a", make))
        await asyncio.sleep(0)
        first.cancel()
        assert (await answered.answer("a", make)).status == 202
        assert made == [202]

    asyncio.run(run())


def test_an_id_is_forgotten_when_its_time_is_over_and_the_oldest_when_there_are_too_many() -> None:
    async def run() -> None:
        made: list[int] = []
        short, make = Answered(0), answering(made, 202, 202)
        for _ in range(2):
            await short.answer("a", make)
        assert len(made) == 2
        made.clear()
        few, make = Answered(60, most=2), answering(made, *(202,) * 5)
        for key in ("a", "b", "c", "d", "d", "a"):
            await few.answer(key, make)
        assert len(made) == 5

    asyncio.run(run())
