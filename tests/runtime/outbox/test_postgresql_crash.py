"""Services, relays and the database itself killed at any moment: what was committed arrives."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pika
import psycopg
import pytest

from edatool.broker.address import parse
from edatool.runtime.database.dsn import of_dsn
from edatool.runtime.database.tables import DIALECTS
from edatool.runtime.outbox.outbox import relay_of, to_broker
from edatool.runtime.outbox.schema import OUTBOX, ddl
from tests.broker_fixtures import Vhost
from tests.postgresql_fixtures import Server
from tests.processes import Process
from tests.runtime.outbox.kept import spec_in
from tests.runtime.outbox.relays import by_key, declare, eventually, take

COMMITTING = """
import os, sys
import psycopg
from edatool import Publisher
dsn = sys.stdin.readline().strip()
publisher = Publisher(sys.argv[1])
number = int(sys.argv[2])
with psycopg.connect(dsn) as connection:
    while True:
        ids = [str(number + one) for one in range(5)]
        for one in ids:
            publisher.publish_within(connection, "placed", {"region": f"r{int(one) % 3}"}, one)
        connection.commit()
        os.write(1, (" ".join(ids) + "\\n").encode())
        number += 5
"""
RELAYING = """
import sys
from edatool.broker.address import parse
from edatool.runtime.database.dsn import of_dsn
from edatool.runtime.outbox.schema import OUTBOX
from edatool.runtime.outbox.outbox import to_broker
from edatool.runtime.outbox.relay import Relay
from edatool.runtime.outbox.leases import OutboxStore
dsn, url = sys.stdin.readline().strip(), sys.stdin.readline().strip()
Relay(OutboxStore(of_dsn(dsn, OUTBOX), sys.argv[1]), to_broker(parse(url)), lease=1.0).run()
"""


@pytest.fixture
def database(postgresql: str) -> str:
    with psycopg.connect(postgresql) as connection:
        for statement in ddl(DIALECTS["postgresql"]):
            connection.execute(statement)
    return postgresql


def started(code: str, *arguments: str, told: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *arguments]
    process = Process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    process.stdin.write(told)
    process.stdin.flush()
    return process


def is_empty(database: str) -> bool:
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT count(*) FROM edatool_outbox").fetchall() == [(0,)]


def run_until_empty(database: str, url: str) -> None:
    one = relay_of(of_dsn(database, OUTBOX), to_broker(parse(url)))
    running = threading.Thread(target=one.run)
    running.start()
    eventually(lambda: is_empty(database))
    one.stop(10)
    running.join()


@pytest.mark.slow
def test_services_and_relays_are_killed_and_all_that_was_committed_arrives(
    tmp_path: Path, database: str, vhost: Vhost
) -> None:
    declare(vhost.url, "q")
    spec, committed = spec_in(tmp_path), []
    for round_ in range(4):
        with (
            started(COMMITTING, spec, str(round_ * 1_000_000), told=f"{database}\n") as service,
            started(RELAYING, f"relay-{round_}", told=f"{database}\n{vhost.url}\n") as relay,
        ):
            assert service.stdout
            committed += service.stdout.readline().split()
            eventually(lambda: declared_messages(vhost) > 0)
            time.sleep(random.uniform(0, 0.3))
            first, second = random.sample([service, relay], 2)
            first.kill()
            second.kill()
            # The last line of one that was killed may be cut.
            committed += [one for line in service.stdout if line.endswith("\n") for one in line.split()]
        assert (service.returncode, relay.returncode) == (-signal.SIGKILL, -signal.SIGKILL)
    run_until_empty(database, vhost.url)
    found = take(vhost.url)
    assert set(committed) <= {number for _, number in found}
    for numbers in by_key(found).values():
        first_copies = list(dict.fromkeys(numbers))
        assert first_copies == sorted(first_copies)


def declared_messages(vhost: Vhost) -> int:
    with pika.BlockingConnection(pika.URLParameters(vhost.url)) as connection:
        count: int = connection.channel().queue_declare("q", passive=True).method.message_count
    return count


def test_the_database_crashes_and_a_relay_goes_on_when_it_is_back(
    tmp_path: Path, database: str, postgresql_server: Server, vhost: Vhost
) -> None:
    declare(vhost.url, "q")
    reports: list[str] = []
    one = relay_of(of_dsn(database, OUTBOX), to_broker(parse(vhost.url)), report=reports.append)
    running = threading.Thread(target=one.run)
    running.start()
    with started(COMMITTING, spec_in(tmp_path), "0", told=f"{database}\n") as service:
        assert service.stdout
        committed = service.stdout.readline().split()
        eventually(lambda: declared_messages(vhost) > 100)
        postgresql_server.control("-m", "immediate", "stop")
        committed += [number for line in service.stdout if line.endswith("\n") for number in line.split()]
    eventually(lambda: bool(reports))
    postgresql_server.control("-l", str(postgresql_server.folder / "log"), "start")
    eventually(lambda: is_empty(database))
    one.stop(10)
    running.join()
    found = Counter(number for _, number in take(vhost.url))
    assert set(committed) <= set(found)
    assert "what is in the outbox is kept" in reports[0]
