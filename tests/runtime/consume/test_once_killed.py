"""Consumers that are killed and suspended at any moment: each effect is applied exactly once."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from edatool.runtime.database.tables import POSTGRESQL
from edatool.runtime.inbox.schema import ddl
from tests.broker_fixtures import Vhost
from tests.runtime.consume.paid_shop import SPEC, Desk, await_true, desk

EVENTS, FAULTS = 600, 8
CONSUMING = """
import functools, sys
import psycopg
from edatool import Consumer
from edatool.runtime.consume import once, settings
settings.Once = functools.partial(once.Once, lease=1.0)
url, dsn = sys.stdin.readline().strip(), sys.stdin.readline().strip()
consumer = Consumer("routes.yaml", url, inbox=dsn, workers=4)

@consumer.on(queue="retried")
def apply(event):
    with psycopg.connect(dsn) as own:
        own.execute("INSERT INTO effects VALUES (%s)", (event.id,))
        event.complete_within(own)
    if event.payload["cents"] == 7 and event.attempt == 1:
        raise ValueError("after its effect was committed")

consumer.run()
"""


def started(shop: Desk, dsn: str, folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", CONSUMING], stdin=subprocess.PIPE, text=True, cwd=folder)
    assert process.stdin
    process.stdin.write(f"{shop.shop.vhost.url}\n{dsn}\n")
    process.stdin.flush()
    return process


def begun(ended: ExitStack, shop: Desk, dsn: str, folder: Path) -> "subprocess.Popen[str]":
    process = ended.enter_context(started(shop, dsn, folder))
    ended.callback(process.kill)
    return process


def effects(dsn: str) -> Counter[str]:
    with psycopg.connect(dsn) as connection:
        return Counter(one for (one,) in connection.execute("SELECT event FROM effects"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_each_effect_is_applied_exactly_once(vhost: Vhost, tmp_path: Path, postgresql: str) -> None:
    shop = desk(vhost, tmp_path, SPEC.replace("retry: [200ms, 400ms]", "retry: [200ms, 400ms, 800ms]"))
    with psycopg.connect(postgresql) as connection:
        for statement in (*ddl(POSTGRESQL), "CREATE TABLE effects (event text)"):
            connection.execute(statement.encode())
    orders = [str(number) for number in range(EVENTS)]
    shop.publish("failed", *orders)
    shop.publish("failed", *orders[::3], cents=7)
    with ExitStack() as ended:
        running = [begun(ended, shop, postgresql, tmp_path) for _ in range(2)]
        for number in range(FAULTS):
            before = len(effects(postgresql))
            await_true(lambda before=before: len(effects(postgresql)) > before)  # type: ignore[misc]
            time.sleep(random.uniform(0, 0.5))
            victim = running.pop(0)
            if number % 2:
                victim.send_signal(signal.SIGSTOP)
                time.sleep(1.5)  # past its lease
                victim.send_signal(signal.SIGCONT)
                running.append(victim)
            else:
                victim.kill()
                running.append(begun(ended, shop, postgresql, tmp_path))
        await_true(lambda: len(effects(postgresql)) == EVENTS and shop.ready("retried") == 0)
        for one in running:
            one.terminate()
        assert [one.wait(60) for one in running] == [0, 0]
    assert effects(postgresql) == Counter(f"m-{order}" for order in orders)
    assert shop.ready("dead") == 0
