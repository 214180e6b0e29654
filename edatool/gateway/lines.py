"""Lines of JSON as they come, and outcomes as they are known."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from edatool.gateway.answers import Answer, Refused, problem
from edatool.gateway.body import PATIENCE, require_plain, too_large, too_slow

KINDS = ("application/x-ndjson", "application/jsonl")
MOST = 10_000
"""How many lines a request may have."""
_AT_ONCE = 100
"""How many of its events may be on their way at once."""

Take = Callable[[int, bytes], Awaitable[Answer]]


class OutcomeLines(Response):
    """Answers each line of a request with one of its own, in order, while further lines are read.

    ``take`` is given the number of a line, from 1, and its text. What is ``held`` is given free at the end. Lines are
    read whether their answers are or not: a client may send all of them first.
    """

    media_type = KINDS[0]

    def __init__(self, request: Request, limit: int, take: Take, held: ExitStack) -> None:
        super().__init__()
        del self.headers["Content-Length"]
        self._request, self._limit, self._take, self._held = request, limit, take, held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - read elsewhere
        """Read, and answer."""
        answers: asyncio.Queue[asyncio.Future[Answer] | None] = asyncio.Queue()
        with self._held:
            reading = asyncio.ensure_future(self._read(answers))
            try:
                # Known before the answer begins: a client that waits for leave to send would take it for a refusal.
                first = await answers.get()
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                number, one = 1, first
                while one is not None:
                    answer = await one
                    text = json.dumps({"line": number, "status": answer.status, **answer.body})
                    await send({"type": "http.response.body", "body": f"{text}\n".encode(), "more_body": True})
                    number, one = number + 1, await answers.get()
                await send({"type": "http.response.body", "body": b""})
            finally:
                reading.cancel()

    async def _read(self, answers: "asyncio.Queue[asyncio.Future[Answer] | None]") -> None:
        """Have each line taken, and put what it will be answered into a queue; None at the end."""
        room, number = asyncio.Semaphore(_AT_ONCE), 0

        async def take(number: int, text: bytes) -> Answer:
            try:
                return await self._take(number, text)
            except Refused as refused:
                return refused.answer
            finally:
                room.release()

        try:
            async for text in lines_of(self._request, self._limit):
                number += 1
                await room.acquire()
                answers.put_nowait(asyncio.ensure_future(take(number, text)))
        except Refused as refused:
            end: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            end.set_result(refused.answer)
            answers.put_nowait(end)
        except ClientDisconnect:
            pass  # nobody reads the rest; what is on its way goes on
        finally:
            answers.put_nowait(None)


async def lines_of(request: Request, limit: int) -> AsyncIterator[bytes]:
    """Yield the lines of a body that are not blank.

    Raises:
        Refused: a line is longer than ``limit`` bytes, or none comes any more, or there are too many.
        ClientDisconnect: the sender went away.
    """
    require_plain(request)
    clock = asyncio.get_running_loop().time
    pieces, rest, number, more, until = aiter(request.stream()), b"", 0, True, clock() + PATIENCE
    while more:
        try:
            # For a line, and not for a piece of it: one that comes byte by byte would never be over.
            async with asyncio.timeout_at(until):
                rest += await anext(pieces)
        except StopAsyncIteration:
            more = False
        except TimeoutError:
            raise too_slow() from None
        *whole, rest = rest.split(b"\n")
        for text in whole if more else (*whole, rest):
            if len(text) > limit:
                raise too_large(limit)
            if text.strip():
                number += 1
                if number > MOST:
                    raise Refused(problem(413, "too-many", "There are too many lines", f"send at most {MOST} at once"))
                yield text
                until = clock() + PATIENCE
        if len(rest) > limit:
            raise too_large(limit)
