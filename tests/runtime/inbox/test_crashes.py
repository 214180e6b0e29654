"""Consumers that are killed and suspended, and databases that refuse: an event is one's alone, and never lost."""

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from edatool.errors import ClaimLost, InboxError, InboxFull
from edatool.runtime.database.tables import SQLITE
from edatool.runtime.inbox.claims import Busy, Done
from edatool.runtime.inbox.inbox import Inbox
from edatool.runtime.inbox.open import open_inbox
from edatool.runtime.inbox.schema import ddl
from edatool.runtime.inbox.within import complete_within
from tests.postgresql_fixtures import Server
from tests.processes import Process
from tests.redis_fixtures import private_redis
from tests.runtime.inbox.test_inbox import claimed, taken_over

ALL = """
import os, sys
from pathlib import Path
from edatool.runtime.inbox.claims import Claimed
from edatool.runtime.inbox.open import open_inbox
inbox, folder = open_inbox(sys.stdin.readline().strip()), Path(sys.argv[1])
for number in range(150):
    claim = inbox.claim("orders", str(number), 60)
    if isinstance(claim, Claimed):
        lock = folder / f"{number}.lock"
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))  # fails where another has it at this moment
        with open(folder / "effects", "a") as effects:
            effects.write(f"{number}\\n")
        lock.unlink()
        assert inbox.complete(claim)
"""
ONE = """
import sys
from edatool.runtime.inbox.open import open_inbox
inbox = open_inbox(sys.stdin.readline().strip())
claim = inbox.claim("orders", "1", 60)
print("claimed", flush=True)
sys.stdin.readline()
print(inbox.complete(claim), flush=True)
"""
WITHIN = """
import sys
import sqlite3
from edatool.errors import ClaimLost
from edatool.runtime.inbox.open import open_inbox
from edatool.runtime.inbox.within import complete_within
place = sys.stdin.readline().strip()
inbox = open_inbox(place)
claim = inbox.claim("orders", "1", 60)
print("claimed", flush=True)
sys.stdin.readline()
if place.startswith("sqlite"):
    own = sqlite3.connect(place.removeprefix("sqlite:///"))
else:
    import psycopg
    own = psycopg.connect(place)
own.execute("INSERT INTO effects VALUES (1)")
try:
    complete_within(own, claim)
    own.commit()
    print("committed", flush=True)
except ClaimLost:
    own.rollback()
    print("rolled back", flush=True)
"""
COMPLETING = """
import os, sys, threading
from edatool.runtime.inbox.open import open_inbox
inbox = open_inbox(sys.stdin.readline().strip())

def work(own):
    for number in range(10**6):
        assert inbox.complete(inbox.claim("orders", f"{own}-{number}", 60))
        os.write(1, f"{own}-{number}\\n".encode())

for own in range(4):
    threading.Thread(target=work, args=(own,)).start()
"""


def started(code: str, place: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *arguments]
    process = Process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    tell(process, place)
    return process


def tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def heard(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_two_processes_that_want_the_same_events_handle_none_at_once_and_none_twice(place: str, tmp_path: Path) -> None:
    with started(ALL, place, str(tmp_path)) as one, started(ALL, place, str(tmp_path)) as other:
        assert [one.wait(60), other.wait(60)] == [0, 0]
    effects = (tmp_path / "effects").read_text().split()
    assert sorted(effects, key=int) == [str(number) for number in range(150)]


def test_what_a_killed_consumer_had_claimed_is_taken_over(inbox: Inbox, place: str) -> None:
    with started(ONE, place) as process:
        assert heard(process) == "claimed"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert inbox.complete(taken_over(inbox))


def test_a_consumer_that_was_suspended_past_its_lease_cannot_complete(inbox: Inbox, place: str) -> None:
    with started(ONE, place) as process:
        assert heard(process) == "claimed"
        process.send_signal(signal.SIGSTOP)
        claim = taken_over(inbox)
        process.send_signal(signal.SIGCONT)
        tell(process, "go on")
        assert heard(process) == "False"
    assert inbox.complete(claim)


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The DSN of a service's database, with its own table ``effects`` and that of an inbox."""
    table = "CREATE TABLE effects (id integer)"
    if request.param == "sqlite":
        with sqlite3.connect(tmp_path / "service.db") as connection:
            for statement in (*ddl(SQLITE), table):
                connection.execute(statement)
        connection.close()
        return f"sqlite:///{tmp_path / 'service.db'}"
    dsn: str = request.getfixturevalue("inbox_in_postgresql")
    with psycopg.connect(dsn) as own:
        own.execute(table)
    return dsn


def connected(service: str) -> "sqlite3.Connection | psycopg.Connection":
    if service.startswith("sqlite"):
        return sqlite3.connect(service.removeprefix("sqlite:///"))
    return psycopg.connect(service)


def test_in_the_handlers_transaction_a_suspended_consumer_has_no_second_effect(service: str) -> None:
    with open_inbox(service) as inbox, started(WITHIN, service) as process:
        assert heard(process) == "claimed"
        process.send_signal(signal.SIGSTOP)
        claim = taken_over(inbox)
        own = connected(service)
        own.execute("INSERT INTO effects VALUES (2)")
        complete_within(own, claim)
        own.commit()
        process.send_signal(signal.SIGCONT)
        tell(process, "go on")
        assert heard(process) == "rolled back"
        assert own.execute("SELECT id FROM effects").fetchall() == [(2,)]
        own.close()
        assert inbox.complete(claim)
        assert inbox.claim("orders", "1", 60) == Done()


def test_a_transaction_that_is_about_to_complete_keeps_others_out_and_holds_up_nobody(inbox_in_postgresql: str) -> None:
    with open_inbox(inbox_in_postgresql) as inbox, psycopg.connect(inbox_in_postgresql) as own:
        complete_within(own, claimed(inbox, lease=-1))
        seen = inbox.claim("orders", "1", 60)
        assert isinstance(seen, Busy)
        assert inbox.claim("orders", "1", 60, seen.held) == Busy()
        assert inbox.purge(-10) == 0
        assert inbox.complete(claimed(inbox, "2"))
        own.rollback()
        assert inbox.complete(taken_over(inbox))


def test_what_was_completed_stays_so_when_the_process_is_killed(inbox: Inbox, place: str) -> None:
    with started(COMPLETING, place) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(50)]
        process.kill()
        told += [line for line in process.stdout if line.endswith("\n")]
    assert len(told) >= 50
    assert {type(inbox.claim("orders", line.strip(), 60)) for line in told} == {Done}


def test_a_locked_database_is_an_error_and_no_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edatool.runtime.inbox.open.PATIENCE", 0.2)
    file = tmp_path / "inbox.db"
    with open_inbox(file) as inbox:
        claim = claimed(inbox)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for ask in (lambda: inbox.complete(claim), lambda: inbox.claim("orders", "2", 60), lambda: inbox.purge(1)):
            with pytest.raises(InboxError, match="is locked: another process does not stop writing"):
                ask()
        other.execute("ROLLBACK")
        other.close()
        assert isinstance(inbox.claim("orders", "1", 60), Busy)
        assert inbox.complete(claim)


def test_a_full_disk_is_an_error_for_all_that_asked_and_no_loss(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", disk], check=False).returncode:
        pytest.skip("mounting a small disk takes root")
    try:
        with open_inbox(disk / "inbox.db") as inbox:
            claim = claimed(inbox)
            errors: list[Exception] = []
            together([lambda number=number: fill(inbox, number, errors) for number in range(4)])  # type: ignore[misc]
            assert len(errors) == 4
            assert "is full, or its disk" in str(errors[0])
            subprocess.run(["mount", "-o", "remount,size=5m", disk], check=True)
            assert inbox.complete(claim)
            assert isinstance(inbox.claim("orders", "0-0", 60), Busy)
    finally:
        subprocess.run(["umount", disk], check=True)


def fill(inbox: Inbox, own: int, errors: list[Exception]) -> None:
    try:
        for number in range(10_000):
            inbox.claim("orders", f"{own}-{number}", 60)
    except InboxFull as error:
        errors.append(error)


def together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_an_inbox_goes_on_when_postgresql_is_back(inbox_in_postgresql: str, postgresql_server: Server) -> None:
    with open_inbox(inbox_in_postgresql) as inbox:
        claim = claimed(inbox)
        postgresql_server.control("-m", "immediate", "stop")
        with pytest.raises(InboxError, match=r"cannot be (used|reached)"):
            inbox.complete(claim)
        postgresql_server.control("-l", str(postgresql_server.folder / "log"), "start")
        assert inbox.complete(claim)


def test_a_redis_that_was_killed_remembers_and_one_that_is_full_says_so(tmp_path: Path) -> None:
    with private_redis(tmp_path / "redis") as url, open_inbox(url) as inbox:
        claim = claimed(inbox)
        inbox.complete(claimed(inbox, "2"))
    with pytest.raises(InboxError, match="cannot be used"):
        inbox.complete(claim)
    with private_redis(tmp_path / "redis") as url, open_inbox(url) as inbox:
        assert inbox.claim("orders", "2", 60) == Done()
        assert inbox.complete(claim)
    with (
        private_redis(tmp_path / "full", "--maxmemory", "1", "--maxmemory-policy", "noeviction") as url,
        open_inbox(url) as inbox,
        pytest.raises(InboxFull, match="is full"),
    ):
        inbox.claim("orders", "3", 60)


def test_a_claim_of_another_database_is_lost_here(inbox_in_postgresql: str, tmp_path: Path) -> None:
    with (
        open_inbox(tmp_path / "inbox.db") as inbox,
        psycopg.connect(inbox_in_postgresql) as own,
        pytest.raises(ClaimLost, match="or the transaction is in another database"),
    ):
        complete_within(own, claimed(inbox))
