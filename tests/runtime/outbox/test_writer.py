import asyncio
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool import Outbox, Publisher
from edatool.broker.publish.pending import Pending
from edatool.errors import OutboxError, OutboxFull, WrongUsage
from edatool.runtime.outbox.writer import WINDOW
from edatool.testing import MemoryBroker
from tests.processes import Process
from tests.runtime.outbox.kept import fill, ids_kept, keeper, message, outcome, spec_in, submitted

GOOD = {"region": "eu"}


@pytest.fixture
def publisher(tmp_path: Path, file: Path) -> Iterator[Publisher]:
    with Publisher(spec_in(tmp_path), outbox=file) as publisher:
        yield publisher


def test_an_event_is_accepted_when_it_is_in_the_file_and_rejected_when_it_breaks_its_contract(
    publisher: Publisher, file: Path
) -> None:
    receipt = publisher.publish("placed", GOOD, message_id="id-1")
    assert (receipt.ok, receipt.outcome, receipt.exchange, receipt.key) == (True, "accepted", "e", "order.eu")
    rejected = publisher.publish("placed", {})
    assert (rejected.outcome, len(rejected.violations)) == ("rejected", 1)
    assert ids_kept(file) == ["id-1"]


def test_all_ways_to_publish_keep_in_order(publisher: Publisher, file: Path) -> None:
    many = [receipt.outcome for receipt in publisher.publish_many(("placed", GOOD) for _ in range(3000))]
    assert Counter(many) == {"accepted": 3000}
    futures = [publisher.publish_nowait("placed", GOOD, f"nowait-{number}") for number in range(1500)]

    async def publish() -> list[str]:
        return [(await publisher.publish_async("placed", GOOD, f"async-{number}")).outcome for number in range(20)]

    assert {future.result().outcome for future in futures} == {"accepted"}
    assert asyncio.run(publish()) == ["accepted"] * 20
    ids = ids_kept(file)[3000:]
    assert ids == [f"nowait-{number}" for number in range(1500)] + [f"async-{number}" for number in range(20)]


def test_threads_and_processes_share_a_file(tmp_path: Path, file: Path) -> None:
    script = """
import sys, threading
from edatool import Publisher
with Publisher(sys.argv[1], outbox=sys.argv[2]) as publisher:
    def work():
        for _ in range(50):
            assert publisher.publish("placed", {"region": "eu"}).ok
    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads: one.start()
    for one in threads: one.join()
"""
    command = [sys.executable, "-c", script, spec_in(tmp_path), str(file)]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [one.wait(60) for one in processes] == [0] * 4
    assert len(set(ids_kept(file))) == 800


ADDING = """
import os, signal, sys
from edatool.broker.message import AmqpMessage
from edatool import Outbox
from edatool.runtime.outbox.writer import Keeper
keeper = Keeper(Outbox(sys.argv[1]), "")
number, told, most = 0, 0, int(sys.argv[3])
def done(pending):
    global told
    os.write(1, pending.message.message_id.encode() + b"\\n")
    told += 1
    if told == most:
        os.kill(os.getpid(), signal.SIGKILL)
while True:
    keeper.submit(AmqpMessage("", "q", {}, b"x" * 300, "t", f"{sys.argv[2]}-{number}", "a", 0), on_done=done)
    number += 1
"""


def test_what_was_accepted_outlives_kills_at_any_moment(file: Path) -> None:
    accepted: list[str] = []
    for run in range(8):
        # Half of them kill themselves as soon as they are told, which is the earliest moment.
        told = random.randrange(1, 500) if run % 2 else 0
        command = [sys.executable, "-c", ADDING, str(file), str(run), str(told)]
        with Process(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            accepted.append(process.stdout.readline().strip())
            if not told:
                threading.Timer(random.uniform(0.01, 0.2), process.kill).start()
            accepted += [line.strip() for line in process.stdout]
        assert process.returncode == -signal.SIGKILL
    kept = Counter(ids_kept(file))
    # The last line of a killed process may be cut, and is then the beginning of an id that is kept, too.
    assert set(accepted) <= set(kept) | {one[:cut] for one in kept for cut in range(len(one))}
    assert max(kept.values()) == 1
    assert len(accepted) > 100


def test_a_full_outbox_refuses_and_takes_again_when_there_is_room(file: Path) -> None:
    keeping = keeper(file, limit=400_000)
    body = b"x" * 1000
    pendings = [submitted(keeping, message(number, body=body)) for number in range(1000)]
    kept = [one.message.message_id for one in pendings if outcome(one) == "accepted"]
    refused = [one for one in pendings if outcome(one) != "accepted"]
    assert kept == ids_kept(file)
    assert 100 < len(kept) < 400
    assert {type(one.error) for one in refused} == {OutboxFull}
    assert file.stat().st_size <= 400_000
    with sqlite3.connect(file) as other:
        other.execute("DELETE FROM edatool_outbox WHERE seq <= 50")
    other.close()
    assert outcome(submitted(keeping, message(1000, body=body))) == "accepted"
    keeping.close()


def test_one_that_is_too_large_does_not_take_others_along(file: Path) -> None:
    keeping = keeper(file, limit=1_000_000)
    pendings = [submitted(keeping, message(n, body=b"x" * (5_000_000 if n == 7 else 100))) for n in range(20)]
    assert [n for n, one in enumerate(pendings) if outcome(one) != "accepted"] == [7]
    keeping.close()


def test_a_publisher_raises_what_an_outbox_refuses(tmp_path: Path, file: Path) -> None:
    publisher = Publisher(spec_in(tmp_path), outbox=Outbox(file, reserve=10**18))
    with publisher, pytest.raises(OutboxFull, match="disk of the outbox"):
        publisher.publish("placed", GOOD)
    assert ids_kept_or_none(file) == []


def ids_kept_or_none(file: Path) -> list[str]:
    return ids_kept(file) if file.exists() else []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk, which takes root")
def test_a_disk_that_fills_up_loses_nothing_that_was_accepted(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        file = disk / "outbox.db"
        keeping = keeper(file, reserve=0)
        pendings = [submitted(keeping, message(number, body=b"x" * 2000)) for number in range(4000)]
        kept = [one.message.message_id for one in pendings if outcome(one) == "accepted"]
        assert {type(one.error) for one in pendings if one.outcome != "accepted"} == {OutboxFull}
        keeping.close()
        subprocess.run(["mount", "-o", "remount,size=30m", disk], check=True)
        assert ids_kept(file) == kept
        assert 100 < len(kept) < 2000
        after = keeper(file, reserve=0)
        assert outcome(submitted(after, message(5000))) == "accepted"
        after.close()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_limit_of_the_system_on_files_loses_nothing_that_was_accepted(tmp_path: Path, file: Path) -> None:
    script = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))
from edatool import Outbox
from edatool.errors import OutboxFull
from tests.runtime.outbox.kept import keeper, message, outcome, submitted
from pathlib import Path
keeping = keeper(Path(sys.argv[1]))
for number in range(1000):
    pending = submitted(keeping, message(number, body=b"x" * 10_000))
    if outcome(pending) == "accepted":
        print(number)
    else:
        assert isinstance(pending.error, OutboxFull), pending.error
"""
    done = subprocess.run([sys.executable, "-c", script, str(file)], check=True, capture_output=True, text=True)
    accepted = done.stdout.split()
    assert 50 < len(accepted) < 1000
    assert ids_kept(file) == accepted


def test_a_child_of_a_fork_is_told_to_make_its_own(publisher: Publisher, file: Path) -> None:
    assert publisher.publish("placed", GOOD, "1").ok
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            publisher.publish("placed", GOOD, "2")
        except WrongUsage as error:
            os.write(write, f"{error} {publisher.close()}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert re.search(r"make one in each process \[\]$", os.read(read, 1000).decode())
    os.close(read)
    os.close(write)
    assert publisher.publish("placed", GOOD, "3").ok
    assert ids_kept(file) == ["1", "3"]


def test_one_that_has_kept_nothing_may_be_taken_along_into_a_fork(tmp_path: Path, file: Path) -> None:
    publisher = Publisher(spec_in(tmp_path), outbox=file)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if publisher.publish("placed", GOOD, "child").ok and publisher.close() == [] else 1
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert publisher.publish("placed", GOOD, "parent").ok
    publisher.close()
    assert ids_kept(file) == ["child", "parent"]


def test_the_interpreter_ends_without_close_and_everything_was_kept(tmp_path: Path, file: Path) -> None:
    script = """
import sys
from edatool import Publisher
publisher = Publisher(sys.argv[1], outbox=sys.argv[2])
for _ in range(500):
    publisher.publish_nowait("placed", {"region": "eu"})
"""
    done = subprocess.run(
        [sys.executable, "-c", script, spec_in(tmp_path), str(file)], check=True, capture_output=True, text=True
    )
    assert (done.stderr, len(ids_kept(file))) == ("", 500)


def test_a_file_that_is_deleted_under_it_keeps_nothing_until_there_is_another(publisher: Publisher, file: Path) -> None:
    assert publisher.publish("placed", GOOD, "1").ok
    file.unlink()
    with pytest.raises(OutboxError, match="deleted or replaced"):
        publisher.publish("placed", GOOD, "2")
    file.with_name(f"{file.name}-wal").unlink(missing_ok=True)
    assert publisher.publish("placed", GOOD, "3").ok
    assert ids_kept(file) == ["3"]


def test_a_file_that_is_replaced_under_it_is_not_written_to_in_secret(publisher: Publisher, file: Path) -> None:
    assert publisher.publish("placed", GOOD, "1").ok
    other = file.with_name("other.db")
    fill(other, [message(0)])
    other.replace(file)
    with pytest.raises(OutboxError, match="deleted or replaced"):
        publisher.publish("placed", GOOD, "2")


def test_a_log_that_is_deleted_under_it_is_noticed_and_nothing_that_was_accepted_is_lost(
    publisher: Publisher, file: Path
) -> None:
    assert publisher.publish("placed", GOOD, "1").ok
    file.with_name(f"{file.name}-wal").unlink()
    with pytest.raises(OutboxError, match="deleted or replaced"):
        publisher.publish("placed", GOOD, "2")
    assert publisher.publish("placed", GOOD, "3").ok
    assert {"1", "3"} <= set(ids_kept(file))


def test_a_folder_that_is_deleted_is_an_error_and_publishing_goes_on_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with Publisher(spec_in(tmp_path), outbox=folder / "outbox.db") as publisher:
        assert publisher.publish("placed", GOOD, "1").ok
        shutil.rmtree(folder)
        for _ in range(2):
            with pytest.raises(OutboxError, match="folder"):
                publisher.publish("placed", GOOD, "2")
        folder.mkdir()
        assert publisher.publish("placed", GOOD, "3").ok
    assert ids_kept(folder / "outbox.db") == ["3"]


def test_only_its_user_may_read_a_file_and_those_beside_it(publisher: Publisher, file: Path) -> None:
    assert publisher.publish("placed", GOOD).ok
    modes = {one.name: one.stat().st_mode & 0o777 for one in file.parent.glob("outbox.db*")}
    assert modes == {"outbox.db": 0o600, "outbox.db-wal": 0o600, "outbox.db-shm": 0o600}


def test_after_close_it_refuses(publisher: Publisher) -> None:
    publisher.publish("placed", GOOD)
    assert publisher.close() == []
    assert publisher.close() == []
    with pytest.raises(WrongUsage, match="closed"):
        publisher.publish("placed", GOOD)


def test_what_amqp_cannot_carry_is_refused_before_it_is_kept(publisher: Publisher, file: Path) -> None:
    with pytest.raises(WrongUsage, match="255 bytes"):
        publisher.publish("placed", GOOD, message_id="x" * 256)
    assert ids_kept_or_none(file) == []


def test_a_file_that_is_locked_for_too_long_is_an_error_and_nothing_is_kept(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edatool.runtime.outbox.file.PATIENCE", 1.0)
    with Publisher(spec_in(tmp_path), outbox=file) as publisher:
        assert publisher.publish("placed", GOOD, "1").ok
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutboxError, match="is locked"):
            publisher.publish("placed", GOOD, "2")
        other.execute("ROLLBACK")
        other.close()
        assert publisher.publish("placed", GOOD, "3").ok
    assert ids_kept(file) == ["1", "3"]


def test_memory_is_bounded_while_the_disk_does_not_keep_up_and_close_reports_the_rest(file: Path) -> None:
    keeping = keeper(file)
    assert outcome(submitted(keeping, message(0))) == "accepted"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    pendings: list[Pending] = []

    def fill_up() -> None:
        while pending := keeping.submit(message(len(pendings) + 1), timeout=0.5):
            pendings.append(pending)

    with pytest.raises(OutboxError, match="keeps too slowly"):
        fill_up()
    assert keeping.submit(message(1), wait=False) is None
    assert WINDOW < len(pendings) <= 2 * WINDOW
    left = keeping.close(0.1)
    other.execute("ROLLBACK")
    other.close()
    writing, waiting = left[:-WINDOW], left[-WINDOW:]
    assert left == pendings
    assert {outcome(one) for one in left} == {"unknown"}
    assert {type(one.error) for one in waiting} == {OutboxError}
    assert {(one.error, one.reason) for one in writing} == {
        (None, f"the disk of the outbox {file} did not answer in time")
    }


def test_the_interpreter_waits_at_its_end_for_a_disk_that_is_slow(tmp_path: Path, file: Path) -> None:
    script = """
import sys
from edatool import Publisher
from edatool.runtime.outbox import writer
writer.EXIT_TIMEOUT = 0.1
publisher = Publisher(sys.argv[1], outbox=sys.argv[2])
assert publisher.publish("placed", {"region": "eu"}).ok
print("kept", flush=True)
sys.stdin.readline()
for _ in range(500):
    publisher.publish_nowait("placed", {"region": "eu"})
print("ends", flush=True)
"""
    command = [sys.executable, "-c", script, spec_in(tmp_path), str(file)]
    with Process(command, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "kept\n"
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        process.stdin.write("go on\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ends\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.0)
        other.execute("ROLLBACK")
        other.close()
        assert process.communicate() == ("", "")
    assert len(ids_kept(file)) == 501


@pytest.mark.parametrize("make", [lambda file: file.write_text("no database" * 100), lambda file: file.mkdir()])
def test_what_is_no_database_is_an_error(tmp_path: Path, file: Path, make: "object") -> None:
    assert callable(make)
    make(file)
    with Publisher(spec_in(tmp_path), outbox=file) as publisher, pytest.raises(OutboxError, match="cannot be used"):
        publisher.publish("placed", GOOD)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    publisher = Publisher(spec_in(tmp_path), outbox=tmp_path / "nowhere" / "outbox.db")
    with publisher, pytest.raises(OutboxError, match="there is no folder"):
        publisher.publish("placed", GOOD)


def test_a_publisher_with_neither_broker_nor_outbox_says_so(tmp_path: Path) -> None:
    with Publisher(spec_in(tmp_path)) as publisher, pytest.raises(WrongUsage, match="without a broker"):
        publisher.publish("placed", GOOD)


def test_an_outbox_does_not_go_with_a_connection(tmp_path: Path, file: Path) -> None:
    spec = spec_in(tmp_path)
    with pytest.raises(WrongUsage, match="give its URL"):
        Publisher(spec, MemoryBroker.from_spec(spec), outbox=file)


def test_a_callback_cannot_close_what_calls_it(file: Path) -> None:
    keeping = keeper(file)
    raised: list[BaseException] = []
    done = threading.Event()

    def close(_: object) -> None:
        try:
            keeping.close()
        except WrongUsage as error:
            raised.append(error)
        done.set()

    keeping.submit(message(1), on_done=close)
    assert done.wait(10)
    assert "another thread" in str(raised[0])
    keeping.close()
