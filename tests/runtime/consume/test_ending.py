"""How a consumer ends: told to, by a signal, or killed."""

import asyncio
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from edatool import ConsumedEvent
from tests.processes import Process
from tests.runtime.consume.paid_shop import Desk, await_true, working

PROGRAM = """
import sys, time
from edatool import Consumer

spec, broker, log, seconds, grace = sys.argv[1:]
consumer = Consumer(spec, broker, workers=2, grace=float(grace))

@consumer.on("settled", "failed", queue="retried")
def handle(event):
    with open(log, "a") as file:
        file.write(f"begun {event.id} {event.redelivered}\\n")
    time.sleep(float(seconds))
    with open(log, "a") as file:
        file.write(f"done {event.id}\\n")

consumer.run()
"""

BESIDE_TASKS = PROGRAM.replace('"settled", "failed"', '"settled"').replace(
    "consumer.run()",
    """
@consumer.on("failed", queue="retried")
async def handle_failed(event):
    pass

consumer.run()
""",
)


class ConsumerProcess(Process[bytes]):
    """A consumer in a process of its own, and what its handler wrote."""

    def __init__(self, desk: Desk, folder: Path, seconds: float, grace: float = 20.0, program: str = PROGRAM) -> None:
        self.log = folder / "log"
        self.log.touch()
        told = (folder / "routes.yaml", desk.shop.vhost.url, self.log, seconds, grace)
        command = [sys.executable, "-c", program, *map(str, told)]
        super().__init__(command, env={**os.environ, "PYTHONPATH": str(Path.cwd())})

    def lines(self, word: str) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.startswith(word)]

    def await_begun(self, count: int) -> None:
        await_true(lambda: len(self.lines("begun")) >= count, "no handler began")

    def end(self, number: signal.Signals) -> int:
        self.send_signal(number)
        return self.wait(30)


def test_at_the_end_handlers_get_done_and_the_rest_goes_back(desk: Desk) -> None:
    go_on, both_begun = threading.Event(), threading.Barrier(3)
    consumer = desk.consumer(workers=2, prefetch=10)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        both_begun.wait(30)
        go_on.wait(30)

    desk.publish("settled", *map(str, range(20)))
    with working(consumer):
        both_begun.wait(30)
        await_true(lambda: desk.ready("retried") == 10)
        consumer.stop()
        time.sleep(0.3)
        assert consumer.counts.done == 0
        go_on.set()
    assert consumer.counts.done == 2
    desk.shop.await_ready("retried", 18)
    assert desk.told == []


def test_a_handler_that_takes_too_long_at_the_end_is_left_and_its_event_goes_back(desk: Desk) -> None:
    begun, go_on = threading.Event(), threading.Event()
    consumer = desk.consumer(workers=1, grace=0.3)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        begun.set()
        go_on.wait(30)

    desk.publish("settled", "A-1")
    with working(consumer):
        assert begun.wait(20)
        consumer.stop()
    go_on.set()
    assert desk.told == ["1 in work are given back: they took longer than 0.3 s to end"]
    desk.shop.await_ready("retried", 1)


def test_a_consumer_that_was_stopped_before_it_runs_does_nothing(desk: Desk) -> None:
    consumer = desk.consumer()
    consumer.on("settled", "failed")(print)
    consumer.stop()
    desk.publish("settled", "A-1")
    consumer.run()
    assert desk.ready("retried") == 1


def test_sigterm_ends_a_consumer_in_peace(desk: Desk, tmp_path: Path) -> None:
    desk.publish("settled", *map(str, range(20)))
    with ConsumerProcess(desk, tmp_path, seconds=0.5) as consumer:
        consumer.await_begun(2)
        assert consumer.end(signal.SIGTERM) == 0
    done = len(consumer.lines("done"))
    assert done == len(consumer.lines("begun"))
    desk.shop.await_ready("retried", 20 - done)


@pytest.mark.parametrize("program", [PROGRAM, BESIDE_TASKS], ids=["in a worker", "beside tasks"])
def test_a_handler_that_hangs_keeps_no_process_from_ending_however_often_it_is_told_to(
    desk: Desk, tmp_path: Path, program: str
) -> None:
    desk.publish("settled", "A-1")
    with ConsumerProcess(desk, tmp_path, seconds=60, grace=0.5, program=program) as consumer:
        consumer.await_begun(1)
        consumer.send_signal(signal.SIGTERM)
        assert consumer.end(signal.SIGTERM) == 0
    desk.shop.await_ready("retried", 1)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_handler_may_end_its_consumer_and_its_event_is_done(desk: Desk, is_async: bool) -> None:
    consumer = desk.consumer(workers=1, prefetch=10)

    def handle(event: ConsumedEvent) -> None:
        consumer.stop()

    async def handle_async(event: ConsumedEvent) -> None:
        consumer.stop()

    consumer.on("settled", "failed")(handle_async if is_async else handle)
    desk.publish("settled", "A-1", "A-2")
    consumer.run()
    assert consumer.counts.done == 1
    desk.shop.await_ready("retried", 1)


def test_a_coroutine_that_takes_too_long_at_the_end_is_cancelled_and_has_not_failed(desk: Desk) -> None:
    begun, cancelled = threading.Event(), threading.Event()
    consumer = desk.consumer(grace=0.1)

    @consumer.on("settled", "failed")
    async def handle(event: ConsumedEvent) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    desk.publish("settled", "A-1")
    with working(consumer):
        assert begun.wait(20)
        consumer.stop()
    assert cancelled.wait(20)
    desk.shop.await_ready("retried", 1)
    assert desk.told == ["1 in work are given back: they took longer than 0.1 s to end"]
    assert consumer.counts.retried == 0


def test_what_a_killed_consumer_was_at_is_handled_by_another_and_nothing_is_lost(desk: Desk, tmp_path: Path) -> None:
    desk.publish("settled", *map(str, range(20)))
    with ConsumerProcess(desk, tmp_path, seconds=30) as killed:
        killed.await_begun(2)
        killed.end(signal.SIGKILL)
    again: dict[str | None, bool] = {}
    consumer = desk.consumer()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        again[event.id] = event.redelivered

    with working(consumer):
        await_true(lambda: consumer.counts.done == 20)
    begun = [line.split()[1] for line in killed.lines("begun")]
    assert set(again) == {f"m-{number}" for number in range(20)}
    assert all(again[name] for name in begun)


def test_a_consumer_that_was_suspended_goes_on(desk: Desk, tmp_path: Path) -> None:
    desk.publish("settled", *map(str, range(10)))
    with ConsumerProcess(desk, tmp_path, seconds=0.2) as consumer:
        consumer.await_begun(2)
        consumer.send_signal(signal.SIGSTOP)
        time.sleep(1)
        consumer.send_signal(signal.SIGCONT)
        await_true(lambda: len(consumer.lines("done")) == 10)
        assert consumer.end(signal.SIGTERM) == 0
    assert desk.ready("retried") == 0
