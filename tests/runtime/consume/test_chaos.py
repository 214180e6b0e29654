"""Many events through consumers that are killed and suspended, on a broker that crashes: none lost, none twice.

``EDATOOL_CHAOS`` says how many events, 600 if it is not set.
"""

import json
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pika.exceptions import AMQPError

from edatool import Publisher
from edatool.broker.address import parse
from edatool.runtime.database.tables import DIALECTS
from edatool.runtime.dead_letters import headers
from edatool.runtime.inbox import schema
from edatool.server import node
from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.node_control import crash
from tests.runtime.consume.shipping_service import WAITS, is_refused, serve
from tests.runtime.router.filtered_shop import Shop, applied, spec

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]

RETRY = ", ".join(f"{wait * 1000:g}ms" for wait in WAITS)
SPEC = f"""\
edatool: 1
name: shop
events: {{placed: {{exchange: events, key: order.placed}}}}
exchanges: {{events: {{type: topic}}}}
queues:
  orders: {{type: quorum, delivery_limit: 1000, retry: [{RETRY}], dead_letter: {{exchange: "", key: dead}}}}
  dead: {{type: quorum}}
bindings: [{{queue: orders, events: [placed]}}]
"""
EVENTS = int(os.environ.get("EDATOOL_CHAOS", "600"))
LEASE = 5.0
PROCESSES = 3
LONGEST = 600 + EVENTS / 10
"""Seconds in which all is done, also on a machine with other work."""


@pytest.fixture
def vhost(own_server: Server) -> Iterator[Vhost]:
    with fresh_vhost(own_server) as found:
        yield found


@dataclass
class Services:
    """The processes of a service, each started anew where it has ended: forked off one that has imported all."""

    arguments: tuple[Any, ...]
    running: list[ForkServerProcess] = field(default_factory=list)
    ended: Counter[int | None] = field(default_factory=Counter)
    suspended: dict[ForkServerProcess, float] = field(default_factory=dict)
    """Since when."""

    def keep_running(self) -> None:
        for one in [one for one in self.running if one.exitcode is not None]:
            self.ended[one.exitcode] += 1
            self.running.remove(one)
        while len(self.running) < PROCESSES:
            self.running.append(self._started())

    def suspend(self, one: ForkServerProcess) -> None:
        """Have a process stand still for longer than its leases."""
        if one not in self.suspended:
            _signal(one, signal.SIGSTOP)
            self.suspended[one] = time.monotonic()

    def resume(self, after: float) -> None:
        for one in [one for one, since in self.suspended.items() if time.monotonic() - since >= after]:
            del self.suspended[one]
            _signal(one, signal.SIGCONT)

    def end(self) -> None:
        for one in self.running:
            one.kill()
            one.join()

    def _started(self) -> ForkServerProcess:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.runtime.consume.shipping_service"])
        found = context.Process(target=serve, args=self.arguments, daemon=True)
        found.start()
        return found


def _signal(one: ForkServerProcess, number: signal.Signals) -> None:
    if one.is_alive() and one.pid:
        os.kill(one.pid, number)


@contextmanager
def services(*arguments: object) -> Iterator[Services]:
    found = Services(arguments)
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
        for name in ("effects", "clashes", "early"):
            database.execute(f"CREATE TABLE {name} (event text)".encode())


def counted(dsn: str, table: str) -> Counter[str]:
    with psycopg.connect(dsn) as database:
        return Counter(event for (event,) in database.execute(f"SELECT event FROM {table}".encode()))


def count_done(dsn: str) -> int:
    with psycopg.connect(dsn) as database:
        ((count,),) = database.execute("SELECT count(DISTINCT event) FROM effects").fetchall()
    return int(count)


def dead(shop: Shop) -> set[str]:
    """Take the dead letters, each of which says all that is to be known of it."""
    found = set()
    for _, properties, _ in shop.taken("dead"):
        said = properties.headers
        assert said[headers.REASON] in (
            "nobody lives there",
            "it was given up before, and nobody has replayed it since",
        )
        assert (headers.ERROR in said) == (said[headers.REASON] == "nobody lives there")
        assert said[headers.ATTEMPTS] >= len(said[headers.TRIED]) >= 1
        assert sorted(said[headers.TRIED])[-1] == said[headers.DIED]
        assert (said[headers.CONSUMER], said[headers.QUEUE]) == ("shipping", "orders")
        assert (said[headers.EXCHANGE], said[headers.KEY]) == ("events", "order.placed")
        found.add(properties.message_id or "")
    return found


@pytest.mark.parametrize("how", ["within", "beside"])
def test_every_effect_is_there_once_within_its_transaction_and_else_never_two_at_a_time(
    how: str, vhost: Vhost, own_folder: Path, tmp_path: Path, postgresql: str
) -> None:
    shop = applied(vhost, spec(tmp_path, SPEC))
    tables(postgresql)
    ids = published(shop, vhost)
    refused = {one for one in ids if is_refused(one)}
    chance, began, crashed = random.Random(4), time.monotonic(), False
    found_dead: set[str] = set()
    killed = suspended = done = 0
    with services(str(tmp_path / "routes.yaml"), vhost.url, postgresql, LEASE, how) as running:
        while done < len(ids - refused) or found_dead < refused:
            assert time.monotonic() - began < LONGEST, (done, len(ids), sorted(refused - found_dead)[:5])
            running.keep_running()
            time.sleep(1.0)
            running.resume(1.5 * LEASE)
            victim = chance.choice(running.running)
            if chance.random() < 0.3:
                victim.kill()
                killed += 1
            elif how == "within" and chance.random() < 0.2:
                running.suspend(victim)
                suspended += 1
            done = count_done(postgresql)
            if not crashed and done > len(ids) / 3:
                crash(own_folder)
                node.start(own_folder)
                crashed = True
            with suppress(AMQPError):  # the broker may be away
                found_dead |= dead(shop)
    assert crashed
    assert found_dead == refused
    assert counted(postgresql, "early") == Counter()
    effects = counted(postgresql, "effects")
    if how == "within":
        assert effects == Counter(ids - refused)
    else:
        assert counted(postgresql, "clashes") == Counter()
    seconds = time.monotonic() - began
    told = {"events": EVENTS, "how": how, "seconds": round(seconds), "killed": killed, "suspended": suspended}
    print(
        json.dumps({**told, "crashed themselves": running.ended[1], "effects": effects.total(), "dead": len(refused)})
    )
