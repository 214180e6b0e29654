"""Events of a key are handled in order by processes that are killed, stopped and suspended, and none is lost.

``EDATOOL_CHAOS`` says how many events, 600 if it is not set.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import parse
from tests.broker_fixtures import Vhost
from tests.pages.reading import ROOT
from tests.runtime.router.filtered_shop import applied, await_true, spec

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SPEC = """\
edatool: 1
name: shop
events: {placed: {exchange: events}}
exchanges: {events: {type: topic}}
queues:
  orders:
    type: classic
    single_active_consumer: true
    retry: [50ms, 60ms, 70ms, 80ms, 90ms, 100ms, 110ms, 120ms, 130ms, 140ms, 150ms, 160ms]
    dead_letter: {exchange: "", key: dead}
  dead: {type: quorum}
bindings: [{queue: orders, events: [placed]}]
"""
EVENTS = int(os.environ.get("EDATOOL_CHAOS", "600"))
CUSTOMERS, PROCESSES = 12, 3
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP)
HEARTBEAT = 2
"""Seconds; after two of them without a sign the broker gives up a process that is suspended, for the next one."""


def first_times(log: Path) -> dict[str, list[int]]:
    """Return the numbers of each customer by when they were handled first."""
    seen: dict[str, dict[int, None]] = {}
    for line in log.read_text().splitlines():
        customer, number = line.split()
        seen.setdefault(customer, {})[int(number)] = None
    return {customer: list(numbers) for customer, numbers in seen.items()}


def await_more(log: Path, count: int) -> None:
    """Wait until so many more events were handled, or all were."""
    enough = len(log.read_text().splitlines()) + count
    await_true(
        lambda: len(log.read_text().splitlines()) >= enough or sum(map(len, first_times(log).values())) == EVENTS
    )


def test_no_event_is_handled_before_an_earlier_one_of_its_key(vhost: Vhost, tmp_path: Path) -> None:
    shop = applied(vhost, spec(tmp_path, SPEC))
    with Publisher(shop.checked, parse(vhost.url, vhost.management)) as publisher:
        pairs = [("placed", {"customer": f"c{one % CUSTOMERS}", "number": one}) for one in range(EVENTS)]
        assert all(receipt.ok for receipt in publisher.publish_many(pairs))
    log = tmp_path / "log"
    log.touch()
    service = str(ROOT / "tests/runtime/consume/ordered_service.py")
    broker = f"{vhost.url}?heartbeat={HEARTBEAT}"
    command = [sys.executable, service, str(tmp_path / "routes.yaml"), broker, str(log)]
    running: list[subprocess.Popen[bytes]] = []
    chance, began, told = random.Random(7), time.monotonic(), Counter[str]()
    try:
        while sum(map(len, first_times(log).values())) < EVENTS:
            assert time.monotonic() - began < 600, told
            running = [one for one in running if one.poll() is None]
            while len(running) < PROCESSES:
                running.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL))
            await_more(log, chance.randrange(10, 60))
            victim, number = chance.choice(running), chance.choice(SIGNALS)
            victim.send_signal(number)
            told[number.name] += 1
            if number is signal.SIGSTOP:
                await_more(log, chance.randrange(10, 60))
                victim.send_signal(signal.SIGCONT)
    finally:
        for one in running:
            one.kill()
            one.wait()
    expected = {f"c{one}": list(range(one, EVENTS, CUSTOMERS)) for one in range(CUSTOMERS)}
    assert first_times(log) == expected
    handled = len(log.read_text().splitlines())
    print(json.dumps({"events": EVENTS, "handled": handled, "seconds": round(time.monotonic() - began), **told}))
