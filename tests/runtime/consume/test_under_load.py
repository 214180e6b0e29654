"""Consumers that are killed and suspended at random while they work: every event is handled, none is left."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.runtime.consume.paid_shop import Desk

pytestmark = pytest.mark.slow

COUNT, PROCESSES, FAULTS = 5000, 3, 25
PROGRAM = """
import os, sys, time
from edatool import Consumer

spec, broker, log = sys.argv[1:]
file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
consumer = Consumer(spec, broker, workers=4, prefetch=50, tell=print)

@consumer.on("settled", "failed")
def handle(event):
    time.sleep(0.02)
    if event.attempt == 1 and int(event.payload["order"]) % 50 == 0:
        raise ValueError("at first")
    os.write(file, f"{event.payload['order']}\\n".encode())

consumer.run()
"""


def test_no_event_is_lost_by_kills(desk: Desk, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    told = (tmp_path / "routes.yaml", desk.shop.vhost.url, log)

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", PROGRAM, *map(str, told)]
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    def handled() -> set[str]:
        return set(log.read_text().split())

    chance = random.Random(14)
    consumers = [start() for _ in range(PROCESSES)]
    try:
        desk.shop.await_consumer("retried")
        desk.publish("settled", *map(str, range(COUNT)))
        for _ in range(FAULTS):
            time.sleep(chance.uniform(0.1, 0.4))
            number = chance.randrange(PROCESSES)
            if chance.random() < 0.5:
                consumers[number].kill()
                consumers[number].wait()
                consumers[number] = start()
            else:
                consumers[number].send_signal(signal.SIGSTOP)
                time.sleep(0.2)
                consumers[number].send_signal(signal.SIGCONT)
        deadline = time.monotonic() + 90
        while len(handled()) < COUNT and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        codes = [ended(one) for one in consumers]
    dead = [properties.message_id for properties, _ in desk.taken("dead")]
    assert {str(number) for number in range(COUNT)} - handled() == set()
    assert set(codes) <= {0, -signal.SIGTERM}  # one that was started last may not have come to listen to signals
    assert (dead, desk.ready("retried")) == ([], 0)


def ended(consumer: subprocess.Popen[bytes]) -> int:
    consumer.terminate()
    return consumer.wait(60)
