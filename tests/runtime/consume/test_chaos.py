"""Many events through consumers that are killed and suspended, on a broker that crashes: none lost, none twice.

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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from edatool import Publisher
from edatool.broker.address import parse
from edatool.runtime.database.tables import DIALECTS
from edatool.runtime.inbox import schema
from edatool.server import node
from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.node_control import crash
from tests.pages.reading import ROOT
from tests.runtime.consume.shipping_service import is_refused
from tests.runtime.router.filtered_shop import Shop, applied, spec

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

SPEC = """\
edatool: 1
name: shop
events: {placed: {exchange: events}}
exchanges: {events: {type: topic}}
queues:
  orders: {type: quorum, delivery_limit: 1000, retry: [200ms, 400ms, 800ms], dead_letter: {exchange: "", key: dead}}
  dead: {type: quorum}
bindings: [{queue: orders, events: [placed]}]
"""
EVENTS = int(os.environ.get("EDATOOL_CHAOS", "600"))
LEASE = 5.0
PROCESSES = 3


@pytest.fixture
def vhost(own_server: Server) -> Iterator[Vhost]:
    with fresh_vhost(own_server) as found:
        yield found


@dataclass
class Services:
    """The processes of a service, each started anew where it has ended."""

    command: list[str]
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    ended: Counter[int] = field(default_factory=Counter)

    def keep_running(self) -> None:
        for one in [one for one in self.running if one.poll() is not None]:
            self.ended[one.returncode] += 1
            self.running.remove(one)
        while len(self.running) < PROCESSES:
            self.running.append(subprocess.Popen(self.command, cwd=ROOT, stderr=subprocess.DEVNULL))

    def end(self) -> None:
        for one in self.running:
            one.send_signal(signal.SIGCONT)
            one.kill()
            one.wait()


@contextmanager
def services(command: list[str]) -> Iterator[Services]:
    found = Services(command)
    try:
        yield found
    finally:
        found.end()


def published(shop: Shop, vhost: Vhost) -> set[str]:
    """Publish the events, every tenth of them twice under its id."""
    ids = [f"order-{number}" for number in range(EVENTS)]
    with Publisher(shop.checked, parse(vhost.url, vhost.management)) as publisher:
        pairs = [("placed", {"order": one}, one) for one in [*ids, *ids[::10]]]
        assert all(receipt.ok for receipt in publisher.publish_many(pairs))
    return set(ids)


def tables(dsn: str) -> None:
    with psycopg.connect(dsn) as database:
        for statement in schema.ddl(DIALECTS["postgresql"]):
            database.execute(statement.encode())
        database.execute("CREATE TABLE effects (event text)")
        database.execute("CREATE TABLE clashes (event text)")


def counted(dsn: str, table: str) -> Counter[str]:
    with psycopg.connect(dsn) as database:
        return Counter(event for (event,) in database.execute(f"SELECT event FROM {table}".encode()))


def dead(shop: Shop) -> set[str]:
    return {properties.message_id or "" for _, properties, _ in shop.taken("dead")}


@pytest.mark.parametrize("how", ["within", "beside"])
def test_every_effect_is_there_once_within_its_transaction_and_else_never_two_at_a_time(
    how: str, vhost: Vhost, own_folder: Path, tmp_path: Path, postgresql: str
) -> None:
    shop = applied(vhost, spec(tmp_path, SPEC))
    tables(postgresql)
    ids = published(shop, vhost)
    refused = {one for one in ids if is_refused(one)}
    chance, began, crashed = random.Random(4), time.monotonic(), False
    service = str(ROOT / "tests/runtime/consume/shipping_service.py")
    arguments = [str(tmp_path / "routes.yaml"), vhost.url, postgresql, str(LEASE), how]
    found_dead: set[str] = set()
    killed = suspended = 0
    with services([sys.executable, service, *arguments]) as running:
        done: Counter[str] = Counter()
        while not (done.keys() >= ids - refused and found_dead >= refused):
            assert time.monotonic() - began < 1500, (len(done), len(ids), sorted(refused - found_dead)[:5])
            running.keep_running()
            time.sleep(1.0)
            victim = chance.choice(running.running)
            if chance.random() < 0.3:
                victim.kill()
                killed += 1
            elif how == "within" and chance.random() < 0.2:
                victim.send_signal(signal.SIGSTOP)
                time.sleep(1.5 * LEASE)
                victim.send_signal(signal.SIGCONT)
                suspended += 1
            done = counted(postgresql, "effects")
            if not crashed and len(done) > len(ids) / 3:
                crash(own_folder)
                node.start(own_folder)
                crashed = True
            with suppress(Exception):  # the broker may be away
                found_dead |= dead(shop)
    assert crashed
    assert found_dead == refused
    if how == "within":
        assert done == Counter(ids - refused)
    else:
        assert counted(postgresql, "clashes") == Counter()
    seconds = time.monotonic() - began
    told = {"events": EVENTS, "how": how, "seconds": round(seconds), "killed": killed, "suspended": suspended}
    print(json.dumps({**told, "crashed themselves": running.ended[1], "effects": done.total(), "dead": len(refused)}))
