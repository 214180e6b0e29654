"""Handlers that are coroutine functions, and handlers with timeouts."""

import asyncio
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from edatool import ConsumedEvent
from tests.runtime.consume.paid_shop import Desk, await_true, working


def test_coroutines_handle_events_at_once_in_one_loop(desk: Desk) -> None:
    loops = set[asyncio.AbstractEventLoop]()
    consumer = desk.consumer(workers=50, prefetch=100)

    @consumer.on("settled", "failed")
    async def handle(payload: dict[str, object], event: ConsumedEvent) -> None:
        loops.add(asyncio.get_running_loop())
        assert event.payload == payload
        await asyncio.sleep(0.1)

    desk.publish("settled", *map(str, range(200)))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 200)
    assert len(loops) == 1
    assert desk.ready("retried") == 0


def test_a_plain_function_beside_a_coroutine_holds_up_no_loop(desk: Desk) -> None:
    waits, consumer = threading.Event(), desk.consumer()

    @consumer.on("settled", queue="retried")
    def handle_settled(event: ConsumedEvent) -> None:
        assert waits.wait(20)

    @consumer.on("failed", queue="retried")
    async def handle_failed(event: ConsumedEvent) -> None:
        waits.set()

    desk.publish("settled", "A-1")
    desk.publish("failed", "A-2")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 2)


def test_a_coroutine_that_fails_is_tried_again(desk: Desk) -> None:
    consumer = desk.consumer()

    @consumer.on(queue="retried")
    async def handle(event: ConsumedEvent) -> None:
        await asyncio.sleep(0)
        if event.attempt == 1:
            raise ValueError("no stock")

    desk.publish("settled", "A-1")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
    assert consumer.counts.retried == 1


def test_a_coroutine_over_its_time_is_cancelled_and_has_failed(desk: Desk) -> None:
    cancelled = list[int]()
    consumer = desk.consumer()

    @consumer.on(queue="retried", timeout=0.05)
    async def handle(event: ConsumedEvent) -> None:
        try:
            await asyncio.sleep(30)
        finally:
            cancelled.append(event.attempt)

    desk.publish("settled", "A-1")
    with working(consumer):
        (dead,) = desk.dead()
    assert cancelled == [1, 2, 3]
    assert dead.headers["x-edatool-error"] == "builtins.TimeoutError"
    assert dead.headers["x-edatool-reason"].endswith("handle took longer than 0.05 s")


def test_a_function_over_its_time_has_failed_and_holds_up_no_worker(desk: Desk) -> None:
    go_on = threading.Event()
    consumer = desk.consumer(workers=1)

    @consumer.on(queue="retried", timeout=0.2)
    def handle(event: ConsumedEvent) -> None:
        if event.id == "m-A-1":
            go_on.wait(30)

    desk.publish("settled", "A-1", "A-2")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
        (dead,) = desk.dead()
        go_on.set()
    assert dead.message_id == "m-A-1"
    assert dead.headers["x-edatool-reason"].endswith("handle took longer than 0.2 s")


def test_coroutines_get_done_at_the_end(desk: Desk) -> None:
    begun, consumer = threading.Event(), desk.consumer(workers=1)

    @consumer.on(queue="retried")
    async def handle(event: ConsumedEvent) -> None:
        begun.set()
        await asyncio.sleep(0.5)

    desk.publish("settled", "A-1", "A-2", "A-3")
    with working(consumer):
        assert begun.wait(20)
    assert consumer.counts.done == 1
    desk.shop.await_ready("retried", 2)


def test_coroutines_have_an_inbox_too(desk: Desk, tmp_path: Path) -> None:
    consumer = desk.consumer(inbox=tmp_path / "inbox.db")

    @consumer.on(queue="retried")
    async def handle(event: ConsumedEvent) -> None:
        assert event.claim

    desk.publish("settled", "A-1")
    desk.publish("settled", "A-1")
    with working(consumer):
        await_true(lambda: consumer.counts.repeated == 1)
    assert consumer.counts.done == 1


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_a_task_of_a_handler_that_ends_the_loop_ends_no_other(desk: Desk, error: BaseException) -> None:
    consumer = desk.consumer()

    async def end() -> None:
        raise error

    @consumer.on("settled", "failed")
    async def handle(event: ConsumedEvent) -> None:
        if event.payload["order"] == "A-1":
            with suppress(type(error)):
                await asyncio.create_task(end())
            asyncio.get_running_loop().stop()

    with working(consumer):
        desk.publish("settled", "A-1")
        await_true(lambda: consumer.counts.done == 1)
        desk.publish("settled", "A-2")
        await_true(lambda: consumer.counts.done == 2)


def test_plain_functions_beside_a_coroutine_are_as_many_at_once_as_there_are_workers(desk: Desk) -> None:
    together, consumer = threading.Barrier(40), desk.consumer(workers=40)

    @consumer.on("settled", queue="retried")
    def handle_settled(event: ConsumedEvent) -> None:
        together.wait(20)

    @consumer.on("failed", queue="retried")
    async def handle_failed(event: ConsumedEvent) -> None: ...

    desk.publish("settled", *map(str, range(40)))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 40)
