"""Many requests at once through a gateway that is killed, on a broker that crashes and is short of memory.

``EDATOOL_CHAOS`` says how many events, 1200 if it is not set.
"""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from itertools import count, cycle
from pathlib import Path

import httpx
import pytest

from edatool.server import node
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Server, fresh_vhost
from tests.gateway.serving import applied, written
from tests.node_control import control, crash

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]

EVENTS = int(os.environ.get("EDATOOL_CHAOS", "1200"))
AT_ONCE = 100
EVERY = 400
"""Events from one disturbance to the next."""
BROKE = 0
"""In place of a status: the connection ended before there was an answer."""

Tries = Mapping[int, list[tuple[int, int]]]
"""The lives of the gateway in which an event was posted, and what came of it, by the number of the event."""


class Lives:
    """A gateway that is killed and started again, each time at another port."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self._process: Process | None = None
        self._is_up = asyncio.Event()
        self.life, self._url = 0, ""

    async def current(self) -> tuple[int, str]:
        """Return the number and the URL of the life that there is."""
        await self._is_up.wait()
        return self.life, self._url

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(*self._command, stderr=PIPE, stdout=PIPE)
        assert self._process.stderr
        told = b""
        while b" at http" not in told:
            told = await self._process.stderr.readline()
            assert told, "it has ended"
        self._read = asyncio.ensure_future(self._process.communicate())  # that it never waits to write
        self.life, self._url = self.life + 1, told.decode().split(" at ")[1].split(",")[0]
        self._is_up.set()

    async def kill(self) -> None:
        assert self._process
        self._is_up.clear()
        self._process.kill()
        await self._read
        await self.start()

    async def end(self) -> None:
        assert self._process
        self._process.terminate()
        await self._read
        assert self._process.returncode == 0


class Posts:
    """What clients post, and what came of it."""

    def __init__(self, lives: Lives, client: httpx.AsyncClient) -> None:
        self._lives, self._client = lives, client
        self.tries: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.statuses: Counter[int] = Counter()

    async def post(self, number: int) -> int:
        life, url = await self._lives.current()
        try:
            answer = await self._client.post(
                f"{url}/events/order.placed",
                json={"region": "eu", "total": number + 1},
                headers={"Idempotency-Key": f'"{number}"'},
            )
            status = answer.status_code
        except httpx.TransportError:
            status = BROKE
        self.tries[number].append((life, status))
        self.statuses[status] += 1
        return status

    async def insist(self, number: int) -> None:
        """Post an event as a client does that repeats it until it is taken, and once more."""
        while await self.post(number) != 202:
            await asyncio.sleep(0.5)
        await self.post(number)


async def posted(lives: Lives, disturbances: Callable[[Posts], list[Callable[[], Awaitable[None]]]]) -> Posts:
    """Post all events: every third until it is taken, every fifth twice at the same time."""
    limits = httpx.Limits(max_connections=2 * AT_ONCE)
    async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as client:
        posts, numbers, one_at_a_time = Posts(lives, client), iter(range(EVENTS)), asyncio.Lock()
        coming = cycle(disturbances(posts))

        async def disturb() -> None:
            async with one_at_a_time:
                await next(coming)()

        async def work(group: asyncio.TaskGroup) -> None:
            for number in numbers:
                if number % EVERY == EVERY // 2:
                    group.create_task(disturb())
                if number % 3 == 0:
                    await posts.insist(number)
                elif number % 5 == 0:
                    await asyncio.gather(posts.post(number), posts.post(number))
                else:
                    await posts.post(number)

        await lives.start()
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(work(group))
        finally:
            await lives.end()
        return posts


def most_copies(tries: list[tuple[int, int]]) -> int:
    """Return how many messages of an event there may be: one, and one for each answer that nobody knows or had."""
    killed = {life for life, status in tries if status == BROKE}
    return any(status == 202 for _, status in tries) + len(killed) + sum(status == 504 for _, status in tries)


def test_each_202_is_in_its_queue_once_and_nothing_else_but_what_nobody_knows(
    own_server: Server, own_folder: Path, tmp_path: Path
) -> None:
    routes, more = written(tmp_path), count(EVENTS)
    port = httpx.URL(own_server.url).port

    def disturbances(posts: Posts) -> list[Callable[[], Awaitable[None]]]:
        async def restart() -> None:
            crash(own_folder)
            # At its own port, or not at all: the gateway knows no other one.
            await asyncio.to_thread(node.start, own_folder, port=port)

        async def be_short_of_memory() -> None:
            await asyncio.to_thread(control, own_folder, "set_vm_memory_high_watermark", "0.00001")
            while await posts.post(next(more)) != 503:
                pass
            await asyncio.to_thread(control, own_folder, "set_vm_memory_high_watermark", "0.6")

        return [lives.kill, restart, be_short_of_memory]

    with fresh_vhost(own_server) as vhost:
        applied(routes, vhost)
        where = ("--file", str(tmp_path / "routes.yaml"), "--broker", vhost.url, "--listen", "127.0.0.1:0")
        lives = Lives(
            sys.executable, "-m", "edatool", "gateway", *where, "--timeout", "3", "--keys", str(tmp_path / "keys.db")
        )
        began = time.monotonic()
        posts = asyncio.run(posted(lives, disturbances))
        seconds = time.monotonic() - began
        there = ids_in(vhost.url, "orders")
    taken = {number for number, tries in posts.tries.items() if any(status == 202 for _, status in tries)}
    assert {number for number in taken if not there[str(number)]} == set()
    too_many = {number: tries for number, tries in posts.tries.items() if there[str(number)] > most_copies(tries)}
    assert too_many == {}
    assert there.keys() <= {str(number) for number in posts.tries}
    assert min(posts.statuses[one] for one in (202, 503, BROKE)) > 0
    told = {"events": EVENTS, "seconds": round(seconds), "lives": lives.life, "answers": posts.statuses}
    print(json.dumps({**told, "messages": there.total(), "twice": sum(copies > 1 for copies in there.values())}))
